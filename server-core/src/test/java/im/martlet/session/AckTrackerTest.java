package im.martlet.session;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that the count of a stream covers only stanzas with committed writes (XEP-0198 §4). */
class AckTrackerTest {
    private static final AccountKey ACCOUNT = new AccountKey(1);
    private static final String POISON = "poison";

    /** A journal that commits when the test says so, and that loses units with poison. */
    private static final class TestJournal implements Journal {
        private record Unit(List<Write> writes, Runnable durable) {}

        private final ArrayDeque<Unit> queue = new ArrayDeque<>();
        private final List<Long> counts = new ArrayList<>(); // in the order of the commits

        @Override public void submit(List<Write> unit, Runnable durable) { queue.add(new Unit(unit, durable)); }

        @Override public int waiting() { return queue.size(); }

        @Override public Commits commits() { return new Commits(0, 0, 0); }

        @Override public void close() {}

        void commit() {
            while (!queue.isEmpty()) {
                var unit = queue.remove();
                if (unit.writes.stream().anyMatch(w -> w instanceof Write.Announce a && a.consumer().equals(POISON)))
                    continue;
                for (var write : unit.writes) if (write instanceof Write.Handled h) counts.add(h.count());
                unit.durable.run();
            }
        }
    }

    private final TestJournal journal = new TestJournal();
    private final JournalCommits commits = new JournalCommits(journal);
    private final List<String> happened = new ArrayList<>();
    private final AckTracker receipts = new AckTracker(commits, ACCOUNT, () -> happened.add("lost"));

    private void stanza(String name) {
        var receipt = receipts.open(Credit.UNLIMITED);
        receipt.take();
        receipts.admit(receipt);
        receipt.record(new Write.Announce(ACCOUNT, name, 1, Instant.EPOCH), () -> happened.add(name + " is decided"));
        receipt.giveBack();
    }

    private void ask() { receipts.whenSafe(h -> happened.add("h=" + h)); }

    @Test void countCoversCommittedStanzas() {
        receipts.count("s");
        stanza("a");
        ask();
        assertThat(happened).isEmpty();
        journal.commit();
        assertThat(happened).containsExactly("a is decided", "h=1");
    }

    @Test void noLaterCountCoversALostStanza() {
        receipts.count("s");
        stanza("a");
        stanza(POISON);
        stanza("c");
        ask();
        journal.commit();
        stanza("d");
        ask();
        journal.commit();
        assertThat(happened).containsExactly("a is decided", "poison is decided", "lost", "c is decided",
                "d is decided");
        assertThat(journal.counts.getLast()).isEqualTo(1);
    }

    @Test void lossIsNoticedWithoutALaterStanza() {
        receipts.count("");
        stanza(POISON);
        ask();
        journal.commit();
        assertThat(happened).containsExactly("poison is decided", "lost");
    }

    @Test void lossIsNoticedIfTheWriteFollowsTheRequest() {
        receipts.count("");
        var receipt = receipts.open(Credit.UNLIMITED);
        receipt.take();
        receipts.admit(receipt);
        ask();
        receipt.record(new Write.Announce(ACCOUNT, POISON, 1, Instant.EPOCH), () -> {});
        receipt.giveBack();
        journal.commit();
        assertThat(happened).containsExactly("lost");
    }

    @Test void countOfZeroIsStoredWhenCountingBegins() {
        receipts.count("s");
        journal.commit();
        assertThat(journal.counts).containsExactly(0L);
    }

    @Test void lossOfAnUncountedStanzaDoesNotLowerTheCount() {
        stanza(POISON);
        receipts.count("s");
        stanza("b");
        journal.commit();
        assertThat(happened).containsExactly("poison is decided", "lost", "b is decided");
        assertThat(journal.counts.getLast()).isLessThanOrEqualTo(1);
    }
}
