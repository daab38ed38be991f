package im.martlet.session;

import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The way to the journal for who must also know when a unit is never written. The journal confirms units in the order
 * they were submitted in, so one that it has passed over is lost.
 *
 * <p>Any thread; guarded by {@code this}, under which nothing but the journal's queue is touched.
 */
@Singleton
public final class JournalCommits {
    private record Unit(Runnable safe, Runnable lost) {}

    private static final Runnable NOBODY = () -> {};

    private final Journal journal;
    private final ArrayDeque<Unit> underWay = new ArrayDeque<>(); // in the order they were submitted in

    @Inject public JournalCommits(Journal journal) { this.journal = journal; }

    /**
     * Has a unit written; returns at once. One of the two is called, once, and must not block.
     *
     * @param safe called when it is written
     * @param lost called when it is known that it never will be, which may be as late as the next unit is written, see
     * {@link #probe}
     */
    public void submit(List<Write> writes, Runnable safe, Runnable lost) {
        var unit = new Unit(safe, lost);
        synchronized (this) {
            underWay.add(unit);
            journal.submit(writes, () -> written(unit));
        }
    }

    /** Makes sure that what was submitted so far is soon known to be safe or lost, though nothing may follow. */
    public void probe() {
        submit(List.of(), NOBODY, NOBODY);
    }

    private void written(Unit unit) {
        var passedOver = new ArrayList<Unit>(0);
        synchronized (this) {
            for (var next = underWay.remove(); next != unit; next = underWay.remove()) passedOver.add(next);
        }
        passedOver.forEach(lost -> lost.lost.run());
        unit.safe.run();
    }
}
