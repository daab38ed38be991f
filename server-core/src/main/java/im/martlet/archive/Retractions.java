package im.martlet.archive;

import im.martlet.address.Jid;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal.Write.Replace;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces retracted messages in the archive with tombstones (XEP-0424). The journal searches the newest messages of
 * the conversation, in the order of writes, so that it also finds messages that are not committed yet. This class
 * searches the older messages, on a thread of its own, before the retraction is acknowledged. The search is bounded and
 * only a few run at once, because any contact can cause one.
 */
final class Retractions {
    private static final Logger LOG = LoggerFactory.getLogger(Retractions.class);
    private static final int FIRST_PAGE = 50; // messages
    private static final int NEXT_PAGE = 500;
    private static final int MOST_SEARCHED = 20_000; // messages of one conversation
    private static final int PARALLEL_SEARCHES = 2;

    /**
     * One retraction.
     *
     * @param contact the bare address of the other side
     * @param incoming whether the contact has sent the retraction
     * @param retraction the message that retracts; it is logged already
     * @param origin the id of the retracted message
     */
    record Retraction(AccountKey account, Jid contact, boolean incoming, Message retraction, String origin) {
        Replace before(long id) { return new Replace(account, contact, incoming, id, origin, this::tombstone); }

        /** §4: returns the tombstone, which says only that there was a message. */
        private byte[] tombstone(byte[] before) {
            var message = StoredStanza.read(before);
            if (message.has(KeepPolicy.RETRACT, "retract")) return before; // §5: absent clients need it
            if (incoming && (isOfRoom(message) || isOfRoom(retraction)) && !isOfSameOccupant(message)) return before;
            var retracted = Element.of(KeepPolicy.RETRACT, "retracted").with("id", retraction.id()).with("stamp",
                    LogId.time(retraction.log()));
            return StoredStanza.bytes(message.with(Payload.of(retracted)));
        }

        /**
         * §5: all private messages of a room come from one bare address, and another occupant may have the nickname by
         * now (XEP-0421).
         */
        private boolean isOfSameOccupant(Message message) {
            return message.from().equals(retraction.from()) && occupantId(message).equals(occupantId(retraction));
        }

        /** Returns true for a private message in a room (XEP-0045 §7.5). */
        private static boolean isOfRoom(Message m) {
            return m.has(Namespaces.MUC_USER, "x");
        }

        private static Optional<String> occupantId(Message m) {
            return m.child(Namespaces.OCCUPANT_ID, "occupant-id").flatMap(e -> e.attribute("id"));
        }

        boolean isAbout(Entry entry) {
            return entry.incoming() == incoming && entry.origin().equals(Optional.of(origin));
        }
    }

    private final Archive archive;
    private final Semaphore searches = new Semaphore(PARALLEL_SEARCHES, true);

    @Inject Retractions(Archive archive) { this.archive = archive; }

    /** Replaces the retracted message. On a mailbox; returns at once. */
    void retract(Retraction retraction, StanzaTransaction transaction) {
        transaction.record(retraction.before(retraction.retraction.log()), () -> {});
        transaction.take();
        Thread.ofVirtual().name("retraction").start(() -> {
            try {
                find(retraction).ifPresent(id -> transaction.record(retraction.before(id + 1), () -> {}));
            } catch (StorageException e) {
                LOG.warn("a retracted message stays in the archive, because the archive cannot be searched now: {}",
                        e.getMessage());
            } finally {
                transaction.giveBack();
            }
        });
    }

    private OptionalLong find(Retraction retraction) {
        searches.acquireUninterruptibly();
        try {
            var rest = new Selection(Optional.of(retraction.contact), Long.MIN_VALUE, retraction.retraction.log(),
                    Set.of());
            int limit = FIRST_PAGE;
            for (int seen = 0; seen < MOST_SEARCHED; seen += limit, limit = NEXT_PAGE) {
                var page = archive.page(retraction.account, rest, limit, true);
                var found = page.reversed().stream().filter(retraction::isAbout).findFirst();
                if (found.isPresent()) return OptionalLong.of(found.get().id());
                if (page.size() < limit) break;
                rest = rest.before(page.getFirst().id());
            }
            return OptionalLong.empty();
        } finally {
            searches.release();
        }
    }
}
