package im.martlet.extensions.mam;

import im.martlet.archive.ArchiveQueries.Source;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.log.Archive.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Reads pages of archives, within bounds of memory: a page ends early, and says so, when it gets too large; and only a
 * few are read at once, since what is read for one may be larger than the page. Beside mailboxes; may block.
 */
final class ArchivePages {
    static final int READERS = 4;
    static final int MOST_BYTES = 1 << 17;
    private static final int AT_ONCE = 51; // entries read in one go: a usual page, and the one behind it that tells whether it is complete
    private static final int ENVELOPE = 500; // bytes that a result costs beside its stanza, while it waits to be acknowledged

    private final Semaphore readers = new Semaphore(READERS, true);

    /**
     * @param entries in the order of ids
     * @param complete whether nothing that matches is left, in the direction of the page
     */
    record Found(List<Entry> entries, boolean complete) {}

    /**
     * Reads a page. It has at least one entry, if there are any and it may.
     *
     * @param head nothing that is newer is on it
     * @param bytes that it may have; never more than {@link #MOST_BYTES}
     */
    Found read(Source archive, ArchiveQuery query, long head, long bytes) {
        readers.acquireUninterruptibly();
        try {
            if (!query.mentioned().isEmpty() && !archive.known(query.mentioned()).containsAll(query.mentioned()))
                throw new StanzaException(Condition.ITEM_NOT_FOUND.plain()); // §4.1.3, §4.3.2
            return collect(archive, query, head, Math.min(bytes, MOST_BYTES));
        } finally {
            readers.release();
        }
    }

    private Found collect(Source archive, ArchiveQuery query, long head, long most) {
        var found = new ArrayList<Entry>();
        int envelope = ENVELOPE + query.queryId().map(String::length).orElse(0); // which may be as long as a stanza
        var rest = head == Long.MAX_VALUE ? query.selection() : query.selection().before(head + 1);
        for (long bytes = 0;;) {
            int limit = Math.min(AT_ONCE, query.most() - found.size() + 1);
            var some = archive.page(rest, limit, query.backwards());
            for (Entry entry : query.backwards() ? some.reversed() : some) {
                bytes += entry.stanza().length + envelope;
                if (found.size() == query.most() || bytes > most && !found.isEmpty())
                    return inOrder(found, query, false);
                found.add(entry);
            }
            if (some.size() < limit) return inOrder(found, query, true);
            rest = query.backwards() ? rest.before(found.getLast().id()) : rest.after(found.getLast().id());
        }
    }

    private static Found inOrder(List<Entry> found, ArchiveQuery query, boolean complete) {
        return new Found(query.backwards() ? found.reversed() : found, complete);
    }
}
