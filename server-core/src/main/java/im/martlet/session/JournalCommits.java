package im.martlet.session;

import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Submits units to the journal, and also tells when a unit is lost. The journal confirms units in the order of
 * submission. So a unit is lost if the journal confirms a later one first.
 *
 * <p>Any thread. Guarded by {@code this}; under that lock only the journal's queue is touched.
 */
@Singleton
public final class JournalCommits {
    private record Unit(Runnable safe, Runnable lost) {}

    private static final Runnable NOTHING = () -> {};

    private final Journal journal;
    private final ArrayDeque<Unit> underWay = new ArrayDeque<>(); // in the order of submission

    @Inject public JournalCommits(Journal journal) { this.journal = journal; }

    /**
     * Submits a unit of writes; returns at once. Exactly one of the two callbacks is called, once. They must not block.
     *
     * @param safe called when the unit is committed
     * @param lost called when the unit is known to be lost; this may take until the next unit is committed, see
     * {@link #probe}
     */
    public void submit(List<Write> writes, Runnable safe, Runnable lost) {
        var unit = new Unit(safe, lost);
        synchronized (this) {
            underWay.add(unit);
            journal.submit(writes, () -> written(unit));
        }
    }

    /** Submits an empty unit, so that all units before it are soon known to be safe or lost. */
    public void probe() {
        submit(List.of(), NOTHING, NOTHING);
    }

    private void written(Unit unit) {
        var passedOver = new ArrayList<Unit>(0);
        synchronized (this) {
            for (var next = underWay.remove(); next != unit; next = underWay.remove()) passedOver.add(next);
        }
        passedOver.forEach(other -> other.lost.run());
        unit.safe.run();
    }
}
