package im.martlet.extensions.mam;

import im.martlet.archive.ArchiveQueries.Source;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.log.Archive.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Reads pages of archives within limits of memory. A page that becomes too large ends early and is marked as
 * incomplete. Only a few pages are read at once, because the entries read for a page may be larger than the page. Runs
 * beside mailboxes; may block.
 */
final class ArchivePages {
    static final int READERS = 4; // pages read at once
    static final int MOST_BYTES = 1 << 17; // of one page
    /** Entries of one read: a usual page, and one more to know whether the page is complete. */
    private static final int CHUNK = 51;
    private static final int ENVELOPE = 500; // bytes of an unacknowledged result beside its stanza

    private final Semaphore readers = new Semaphore(READERS, true);

    /**
     * A page.
     *
     * @param entries the entries in the order of ids
     * @param complete whether no further entry matches, in the direction of the page
     */
    record Found(List<Entry> entries, boolean complete) {}

    /**
     * Reads a page. It has at least one entry if any entry matches and the query allows entries.
     *
     * @param head the id of the newest entry that may be on the page
     * @param bytes the largest size of the page; at most {@link #MOST_BYTES}
     * @throws StanzaException item-not-found if the archive lacks an id that the query mentions
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
        // each result repeats it, and it may be long
        int envelope = ENVELOPE + query.queryId().map(String::length).orElse(0);
        var remaining = head == Long.MAX_VALUE ? query.selection() : query.selection().before(head + 1);
        for (long bytes = 0;;) {
            int limit = Math.min(CHUNK, query.most() - found.size() + 1);
            var chunk = archive.page(remaining, limit, query.backwards());
            for (Entry entry : query.backwards() ? chunk.reversed() : chunk) {
                bytes += entry.stanza().length + envelope;
                if (found.size() == query.most() || bytes > most && !found.isEmpty())
                    return inOrder(found, query, false);
                found.add(entry);
            }
            if (chunk.size() < limit) return inOrder(found, query, true);
            long lastId = found.getLast().id();
            remaining = query.backwards() ? remaining.before(lastId) : remaining.after(lastId);
        }
    }

    private static Found inOrder(List<Entry> found, ArchiveQuery query, boolean complete) {
        return new Found(query.backwards() ? found.reversed() : found, complete);
    }
}
