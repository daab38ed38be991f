package im.martlet.benchmarks;

import com.google.inject.Guice;
import com.google.inject.Injector;
import im.martlet.address.Jid;
import im.martlet.storage.AccountKey;
import im.martlet.storage.Archive;
import im.martlet.storage.Archive.Selection;
import im.martlet.storage.Database;
import im.martlet.storage.Journal;
import im.martlet.storage.Journal.Write;
import im.martlet.storage.LogId;
import im.martlet.storage.StorageConfig;
import im.martlet.storage.StorageModule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * An archive that grows to many millions of messages, and what a message and a page of 50 cost on the way. A message between two
 * accounts is in the archives of both; a tenth of all go to one account.
 *
 * <p>Arguments: a JDBC URL; how many archived messages to stop at; PID of the database's server, 0 when there is none.
 */
public final class Millions {
    private static final int ACCOUNTS = 2_000;
    private static final int CONTACTS = 40; // of each
    private static final int UNDER_WAY = 4_000;
    private static final int PAGES = 3_000;
    private static final int PAGE = 50;
    private static final String WORDS = "But soft what light through yonder window breaks it is the east and Juliet is the sun arise fair sun and kill the envious moon who is already sick and pale with grief";

    private final SplittableRandom random = new SplittableRandom(1597);
    private final Semaphore credit = new Semaphore(UNDER_WAY);
    private final String[] words = WORDS.split(" ");
    private final long[] oldest = new long[ACCOUNTS];
    private final long[] last = new long[ACCOUNTS];
    private final Journal journal;
    private final Archive archive;
    private final long databaseProcess;

    private Millions(Injector stores, long databaseProcess) {
        this.journal = stores.getInstance(Journal.class);
        this.archive = stores.getInstance(Archive.class);
        this.databaseProcess = databaseProcess;
    }

    public static void main(String... arguments) throws Exception {
        var url = arguments[0];
        long most = Long.parseLong(arguments[1]);
        try (var database = Database.open(new StorageConfig(url, url.contains("postgresql") ? "martlet" : "", url.contains("postgresql") ? "secret" : "", 8))) {
            var stores = Guice.createInjector(new StorageModule(database));
            var run = new Millions(stores, Long.parseLong(arguments[2]));
            System.out.println("archived | messages/s | CPU s/100k | newest page p50, p99 ms | somewhere | with one contact | of the largest archive | CPU s/100k pages");
            long done = 0;
            for (long size = 100_000; size <= most; size *= 10) {
                for (long step : new long[] {size, 3 * size}) if (step <= most) {
                    System.out.println(run.grow(done, step) + run.pages());
                    done = step;
                }
            }
            stores.getInstance(Journal.class).close();
        }
    }

    private String grow(long from, long to) throws InterruptedException {
        long start = System.nanoTime();
        double cpu = cpu();
        for (long i = from; i < to; i += 2) {
            int sender = random.nextInt(ACCOUNTS);
            int recipient = random.nextInt(10) == 0 ? 0 : (sender + 1 + random.nextInt(CONTACTS)) % ACCOUNTS;
            credit.acquire();
            byte[] stanza = stanza(sender, recipient);
            journal.submit(List.of(append(sender, recipient, false, stanza), append(recipient, sender, true, stanza)), credit::release);
        }
        credit.acquire(UNDER_WAY);
        credit.release(UNDER_WAY);
        double seconds = (System.nanoTime() - start) / 1e9;
        return "%,d | %,.0f | %.2f".formatted(to, (to - from) / seconds, (cpu() - cpu) / (to - from) * 100_000);
    }

    private static Jid jid(int account) { return Jid.of("user" + account, "example.org", "phone"); }

    private Write append(int account, int contact, boolean incoming, byte[] stanza) {
        last[account] = LogId.next(last[account], Instant.now(), random.nextLong());
        if (oldest[account] == 0) oldest[account] = last[account];
        return new Write.Append(new AccountKey(account + 1), new Archive.Entry(last[account], jid(contact), incoming, true, Optional.of("o" + last[account]), stanza));
    }

    private byte[] stanza(int from, int to) {
        var text = new StringBuilder();
        for (int n = 4 + random.nextInt(20); n > 0; n--) text.append(words[random.nextInt(words.length)]).append(' ');
        String id = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        return ("<message from='" + jid(from) + "' to='" + jid(to).bare() + "' type='chat' id='" + id + "'><body>" + text + "</body><origin-id xmlns='urn:xmpp:sid:0' id='" + id
                + "'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>").getBytes(StandardCharsets.UTF_8);
    }

    private String pages() {
        double cpu = cpu();
        var newest = times(() -> page(anybody(), Selection.all(), true));
        var somewhere = times(() -> {
            int account = anybody();
            return page(account, Selection.all().after(random.nextLong(oldest[account] - 1, last[account])), false);
        });
        var one = times(() -> {
            int account = anybody();
            return page(account, new Selection(Optional.of(jid((account + 1 + random.nextInt(CONTACTS)) % ACCOUNTS).bare()), Long.MIN_VALUE, Long.MAX_VALUE, Set.of()), true);
        });
        var largest = times(() -> page(0, Selection.all().before(random.nextLong(oldest[0] + 1, last[0] + 1)), true));
        return " | %s | %s | %s | %s | %.1f".formatted(newest, somewhere, one, largest, (cpu() - cpu) / (4.5 * PAGES) * 100_000);
    }

    private int anybody() { return random.nextInt(1, ACCOUNTS); }

    private long page(int account, Selection selection, boolean newest) {
        long start = System.nanoTime();
        archive.page(new AccountKey(account + 1), selection, PAGE, newest);
        return System.nanoTime() - start;
    }

    private static String times(LongSupplier page) {
        for (int i = 0; i < PAGES / 8; i++) page.getAsLong();
        long[] nanos = new long[PAGES];
        for (int i = 0; i < PAGES; i++) nanos[i] = page.getAsLong();
        Arrays.sort(nanos);
        return "%.2f, %.2f".formatted(nanos[PAGES / 2] / 1e6, nanos[PAGES * 99 / 100] / 1e6);
    }

    /** Seconds of this process and of the database's, those that have ended included. */
    private double cpu() {
        double own = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
        return databaseProcess == 0 ? own : own + ProcessHandle.of(databaseProcess).map(p -> ticks(p.pid(), true) + p.descendants().mapToDouble(c -> ticks(c.pid(), false)).sum()).orElse(0.0);
    }

    private static double ticks(long pid, boolean withChildren) {
        try {
            String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst("^.*\\) ", "").split(" ");
            double own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return (withChildren ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own) / 100;
        } catch (IOException gone) {
            return 0;
        }
    }
}
