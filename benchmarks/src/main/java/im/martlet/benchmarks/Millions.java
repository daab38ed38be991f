package im.martlet.benchmarks;

import com.google.inject.Guice;
import com.google.inject.Injector;
import im.martlet.storage.StorageModule;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Grows an archive to many millions of messages, and measures a message and a page of 50 on the way. A message between
 * two accounts is in the archives of both; one account takes part in a tenth of all.
 *
 * <p>Arguments: a JDBC URL; the number of archived messages to stop at; the PID of the database's server, 0 if there is
 * none.
 */
public final class Millions {
    private static final int UNDER_WAY = 4_000;
    private static final int PAGES = 3_000;
    private static final int PAGE = 50;

    private final SampleMessages chatter = new SampleMessages();
    private final SplittableRandom random = new SplittableRandom(1597);
    private final Semaphore credit = new Semaphore(UNDER_WAY);
    private final long[] oldest = new long[SampleMessages.ACCOUNTS];
    private final long[] last = new long[SampleMessages.ACCOUNTS];
    private final Journal journal;
    private final Archive archive;
    private final CpuTime cpu;

    private Millions(Injector stores, long databaseProcess) {
        this.journal = stores.getInstance(Journal.class);
        this.archive = stores.getInstance(Archive.class);
        this.cpu = new CpuTime(databaseProcess);
    }

    public static void main(String... arguments) throws Exception {
        var url = arguments[0];
        long most = Long.parseLong(arguments[1]);
        try (var database = Database.open(new StorageConfig(url, url.contains("postgresql") ? "martlet" : "",
                url.contains("postgresql") ? "secret" : "", 8))) {
            var stores = Guice.createInjector(new StorageModule(database));
            var run = new Millions(stores, Long.parseLong(arguments[2]));
            System.out.println(
                    "archived | messages/s | CPU s/100k | newest page p50, p99 ms | page in the middle | "
                            + "with one contact | of the largest archive | CPU s/100k pages");
            long done = 0;
            for (long size = 100_000; size <= most; size *= 10) {
                for (long step : new long[]{ size, 3 * size }) if (step <= most) {
                    System.out.println(run.grow(done, step) + run.pages());
                    done = step;
                }
            }
            stores.getInstance(Journal.class).close();
        }
    }

    private String grow(long from, long to) throws InterruptedException {
        long start = System.nanoTime();
        double before = cpu.seconds();
        for (long i = from; i < to; i += 2) {
            var message = chatter.next();
            credit.acquire();
            journal.submit(List.of(append(message.sender(), message.recipient(), false, message.stanza()),
                    append(message.recipient(), message.sender(), true, message.stanza())), credit::release);
        }
        credit.acquire(UNDER_WAY);
        credit.release(UNDER_WAY);
        double seconds = (System.nanoTime() - start) / 1e9;
        return "%,d | %,.0f | %.2f".formatted(to, (to - from) / seconds,
                (cpu.seconds() - before) / (to - from) * 100_000);
    }

    private Write append(int account, int contact, boolean incoming, byte[] stanza) {
        last[account] = LogId.next(last[account], Instant.now(), random.nextLong());
        if (oldest[account] == 0) oldest[account] = last[account];
        return new Write.Append(new AccountKey(account + 1), new Archive.Entry(last[account],
                SampleMessages.jid(contact), incoming, true, Optional.of("o" + last[account]), stanza));
    }

    private String pages() {
        double before = cpu.seconds();
        var newest = times(() -> page(anybody(), Selection.all(), true));
        var middle = times(() -> {
            int account = anybody();
            return page(account, Selection.all().after(random.nextLong(oldest[account] - 1, last[account])), false);
        });
        var one = times(() -> {
            int account = anybody();
            return page(account, new Selection(Optional.of(SampleMessages.jid(chatter.contact(account)).bare()),
                    Long.MIN_VALUE, Long.MAX_VALUE, Set.of()), true);
        });
        var largest = times(() -> page(0, Selection.all().before(random.nextLong(oldest[0] + 1, last[0] + 1)), true));
        return " | %s | %s | %s | %s | %.1f".formatted(newest, middle, one, largest,
                (cpu.seconds() - before) / (4.5 * PAGES) * 100_000);
    }

    private int anybody() { return random.nextInt(1, SampleMessages.ACCOUNTS); }

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
}
