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
 * XEP-0424: what a retraction is about leaves a tombstone in the archive. The journal looks for it among the newest
 * messages of the conversation, in its order and so among those that are not written yet; what is older is looked for
 * here, on a thread of its own, before the retraction is acknowledged: within bounds, as anybody may ask for it, and a
 * few at a time.
 */
final class Retractions {
    private static final Logger LOG = LoggerFactory.getLogger(Retractions.class);
    private static final int FIRST = 50; // messages looked at in one go, then
    private static final int NEXT = 500;
    private static final int MOST = 20_000; // of one conversation
    private static final int AT_ONCE = 2;

    /**
     * @param contact bare address of the other side
     * @param incoming whether that has sent it
     * @param retraction in the log already
     * @param origin the id of the message that is retracted
     */
    record Retraction(AccountKey account, Jid contact, boolean incoming, Message retraction, String origin) {
        Replace before(long id) { return new Replace(account, contact, incoming, id, origin, this::tombstone); }

        /** §4: nothing is left of the message but that there was one. */
        private byte[] tombstone(byte[] before) {
            var message = StoredStanza.read(before);
            if (message.has(KeepPolicy.RETRACT, "retract")) return before; // §5: who was away reads there what is taken back
            if (incoming && (isOfRoom(message) || isOfRoom(retraction)) && !isOfSameOccupant(message)) return before;
            var retracted = Element.of(KeepPolicy.RETRACT, "retracted").with("id", retraction.id()).with("stamp",
                    LogId.time(retraction.log()));
            return StoredStanza.bytes(message.with(Payload.of(retracted)));
        }

        /**
         * §5: all that is whispered in a room comes from one bare address, and a name in it may be another's by now
         * (XEP-0421).
         */
        private boolean isOfSameOccupant(Message message) {
            return message.from().equals(retraction.from()) && occupantId(message).equals(occupantId(retraction));
        }

        /** XEP-0045 §7.5. */
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
    private final Semaphore searches = new Semaphore(AT_ONCE, true);

    @Inject Retractions(Archive archive) { this.archive = archive; }

    /** On a mailbox; returns at once. */
    void retract(Retraction retraction, StanzaTransaction transaction) {
        transaction.record(retraction.before(retraction.retraction.log()), () -> {});
        transaction.take();
        Thread.ofVirtual().name("retraction").start(() -> {
            try {
                find(retraction).ifPresent(id -> transaction.record(retraction.before(id + 1), () -> {}));
            } catch (StorageException e) {
                LOG.warn("a message that is retracted cannot be looked for now: {}", e.getMessage());
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
            int limit = FIRST;
            for (int seen = 0; seen < MOST; seen += limit, limit = NEXT) {
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
