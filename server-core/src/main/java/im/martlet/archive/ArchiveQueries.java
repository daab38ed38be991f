package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.session.AccountLog;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive.Bounds;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Answers requests for an archive (XEP-0313). The extension for XEP-0313 implements this; other owners of archives,
 * such as rooms, call it.
 */
public interface ArchiveQueries {
    /**
     * An archive as one reader may see it.
     *
     * @param owner the key of the owner
     * @param log the owner's log; for the owner's mailbox only
     * @param address the bare address that was queried
     * @param permitted restricts a selection to the entries that the reader may see; throws
     * {@link im.martlet.stanza.StanzaException} if the reader may not use this selection
     * @param shown returns the message of an entry as the reader sees it, in UTF-8
     */
    record View(AccountKey owner, AccountLog log, Jid address, UnaryOperator<Selection> permitted,
            Function<Entry, byte[]> shown) {}

    /** A source of archive entries. */
    interface Source {
        /**
         * Returns entries in the order of their ids.
         *
         * @param newest true for the last entries of the selection, false for the first
         */
        List<Entry> page(Selection selection, int limit, boolean newest);

        /** Returns those of the ids that exist. */
        Set<Long> known(Collection<Long> ids);

        /** Returns the ids of the first and the last entry; empty for an empty archive. */
        Optional<Bounds> bounds();
    }

    /** Returns the disco features of an address that has an archive; none if archives are disabled. */
    List<String> features();

    /**
     * Begins to answer a request, on the owner's mailbox.
     *
     * @param most upper bound for the bytes of the results
     * @return a function that reads and returns the results and then the response; the caller must not run it on the
     * mailbox. Empty if the request is not for an archive
     */
    Optional<Supplier<List<Stanza>>> answer(Iq.Request request, View view, long most);

    /**
     * Answers a request about committed entries: returns the results and then the response. Reads at once.
     *
     * @param address the address that was queried
     * @return empty if the request is not for an archive
     */
    Optional<List<Stanza>> answer(Iq.Request request, Jid address, Source source);
}
