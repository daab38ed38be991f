package im.martlet.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The accounts and devices of the kill test, and the errors that they report. */
public final class KillScenario {
    private static final int PAIRS = 9;
    private static final int PATIENCE = 60; // seconds; only a failing test waits so long

    private interface Task {
        void run(KillTestDevice device) throws Exception;
    }

    private final ServerProcess server;
    private final List<Jid> accounts = new ArrayList<>();
    private final List<Jid> sleepers = new ArrayList<>(); // accounts that stay offline until the end
    private final List<KillTestDevice> devices = new ArrayList<>();
    private final Map<Jid, Inbox> inboxes = new LinkedHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Semaphore acknowledgements = new Semaphore(0);
    private volatile boolean killed;

    /** Creates pairs of accounts that chat. Some have two devices. All of them also write to offline accounts. */
    public KillScenario(ServerProcess server, long seed) throws Exception {
        this.server = server;
        for (String name : List.of("sleeper1", "sleeper2")) sleepers.add(server.account(name));
        for (int i = 0; i < PAIRS; i++) {
            var romeo = server.account("romeo" + i);
            var juliet = server.account("juliet" + i);
            accounts.addAll(List.of(romeo, juliet));
            addDevice(romeo, "phone", juliet, seed + 10 * i);
            addDevice(juliet, "phone", romeo, seed + 10 * i + 1);
            if (i < 2) addDevice(juliet, "laptop", romeo, seed + 10 * i + 2);
        }
    }

    private void addDevice(Jid account, String kind, Jid partner, long seed) {
        var full = partner.withResource(partner.local() + "-phone");
        var recipients = List.of(partner, full, partner, full, partner, full, sleepers.getFirst(), sleepers.getLast());
        devices.add(new KillTestDevice(this, account, account.local() + "-" + kind, recipients,
                inboxes.computeIfAbsent(account, _ -> new Inbox()), new Random(seed)));
    }

    public ServerProcess server() { return server; }

    public List<KillTestDevice> devices() { return devices; }

    /** Returns the accounts that have devices. */
    public List<Jid> accounts() { return accounts; }

    public List<Jid> sleepers() { return sleepers; }

    public void acknowledged(int stanzas) { acknowledgements.release(stanzas); }

    public void complain(String complaint) { complaints.add(complaint); }

    /** Fails if a device has reported an error. */
    public void assertContent() { assertThat(complaints).isEmpty(); }

    /** Lets all devices chat, and kills the server after so many acknowledgements. */
    public void chatAndKill(int acknowledged) throws Exception {
        acknowledgements.drainPermits();
        killed = false;
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var device : devices) all.submit(() -> attempt(device, d -> {
                d.chat();
                if (!killed) complain(d.account() + " lost its connection before the kill");
            }));
            if (!acknowledgements.tryAcquire(acknowledged, PATIENCE, TimeUnit.SECONDS))
                complain("too few acknowledgements");
            killed = true;
            server.kill();
        }
    }

    private void attempt(KillTestDevice device, Task task) {
        try {
            task.run(device);
        } catch (Exception | AssertionError e) {
            if (!killed) complain(device.account() + ": " + e);
        }
    }

    /** Reconnects all devices, waits until all their stanzas are acknowledged, and until all messages are delivered. */
    public void settle() throws Exception {
        killed = false;
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var device : devices) all.submit(() -> attempt(device, KillTestDevice::settle));
        }
        for (var account : accounts) {
            var missing = inboxes.get(account).await(acknowledgedTo(account));
            if (!missing.isEmpty()) complain(account + " was never delivered " + missing);
        }
        for (var device : devices) device.leave();
    }

    /** Returns the acknowledged messages to an account, in the order in which each device sent them. */
    public List<String> acknowledgedTo(Jid account) {
        return devices.stream().flatMap(d -> d.ledger().acknowledged().stream())
                .filter(id -> id.split("_")[1].equals(account.local())).toList();
    }

    /** Returns the acknowledged messages that an account sent. */
    public List<String> acknowledgedFrom(Jid account) {
        return devices.stream().filter(d -> d.account().equals(account))
                .flatMap(d -> d.ledger().acknowledged().stream()).toList();
    }
}
