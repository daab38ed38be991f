package im.martlet.metrics;

import static im.martlet.extension.Hook.metric;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.meter.Meter;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Mailboxes;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Outbox;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Meters for sessions, mailboxes, outboxes and the journal. */
public final class ServerMeters implements Extension {
    private final AccountDirectory directory;
    private final Mailboxes mailboxes;
    private final Journal journal;
    private final Outbox outbox;
    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension

    @Inject ServerMeters(AccountDirectory directory, Mailboxes mailboxes, Journal journal, Outbox outbox,
            Provider<Kernel> kernel) {
        this.directory = directory;
        this.mailboxes = mailboxes;
        this.journal = journal;
        this.outbox = outbox;
        this.kernel = kernel;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                metric(Meter.gauges("martlet_sessions", "Sessions, with and without a connection",
                        "state", this::sessions)),
                metric(Meter.gauges("martlet_mailbox_work", "Work that waits in mailboxes", "of",
                        () -> Map.of("accounts", directory.live().mapToLong(a -> a.waiting()).sum(), "services",
                                mailboxes.waiting()))),
                metric(Meter.gauge("martlet_mailbox_longest", "Work that waits in the fullest mailbox of an account",
                        () -> directory.live().mapToInt(a -> a.waiting()).max().orElse(0))),
                metric(Meter.gauges("martlet_outbox", "Outbox entries that the consumer has not taken", "consumer",
                        this::outbox)),
                metric(Meter.gauge("martlet_journal_waiting", "Units that are not committed yet", journal::waiting)),
                metric(Meter.counter("martlet_commits", "Commits of the journal", () -> journal.commits().count())),
                metric(Meter.counter("martlet_commit_units", "Units written by the commits of the journal",
                        () -> journal.commits().units())),
                metric(Meter.counter("martlet_commit_seconds", "Seconds spent in the commits of the journal",
                        () -> journal.commits().nanos() / 1e9)));
    }

    private Map<String, Long> sessions() {
        return Meter.census(List.of("connected", "detached"), directory.live().flatMap(a -> a.sessions().stream())
                .map(s -> s.isAttached() ? "connected" : "detached").toList());
    }

    private Map<String, Long> outbox() {
        var all = new LinkedHashMap<String, Long>();
        for (var consumer : kernel.get().consumers()) all.put(consumer.name(), outbox.count(consumer.name()));
        return all;
    }
}
