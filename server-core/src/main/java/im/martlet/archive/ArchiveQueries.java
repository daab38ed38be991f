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
 * How whoever has an archive is asked for it (XEP-0313). The extension that speaks it answers; others, such as rooms,
 * ask here.
 */
public interface ArchiveQueries {
    /**
     * An archive, as somebody in particular may see it.
     *
     * @param owner whose it is
     * @param log how far it has come; of the owner's mailbox
     * @param address that was asked, bare
     * @param permitted what becomes of a selection; throws {@link im.martlet.stanza.StanzaException} when they may not
     * select so
     * @param shown the message in an entry, in UTF-8, as they see it
     */
    record View(AccountKey owner, AccountLog log, Jid address, UnaryOperator<Selection> permitted,
            Function<Entry, byte[]> shown) {}

    /** Where the entries of an archive are read. */
    interface Source {
        /**
         * In the order of ids.
         *
         * @param newest whether the last entries of the selection are wanted, and not the first
         */
        List<Entry> page(Selection selection, int limit, boolean newest);

        /** Those of the ids that are there. */
        Set<Long> known(Collection<Long> ids);

        /** The ids of the first and the last entry, if there is one. */
        Optional<Bounds> bounds();
    }

    /** What disco says of an address that has an archive; nothing when there are no archives here. */
    List<String> features();

    /**
     * Begins to answer a request, on the owner's mailbox; empty when it is not one for an archive.
     *
     * @param most bytes of results
     * @return reads, and so is to be run beside the mailbox; answers the results and the response
     */
    Optional<Supplier<List<Stanza>>> answer(Iq.Request request, View view, long most);

    /**
     * Answers a request about entries that are written, with the results and the response; empty when it is not one for
     * an archive. Reads at once.
     *
     * @param address that was asked
     */
    Optional<List<Stanza>> answer(Iq.Request request, Jid address, Source source);
}
