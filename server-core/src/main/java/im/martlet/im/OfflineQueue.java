package im.martlet.im;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.SessionEvent;
import im.martlet.extension.Xep;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.OfflineMessages;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** XEP-0160: messages for an account that nobody is logged in to wait until somebody is. */
@Xep(number = 160, title = "Best Practices for Handling Offline Messages", version = "1.0.1")
@Xep(number = 203, title = "Delayed Delivery", version = "2.0", note = "on messages that waited")
@Xep(number = 334, title = "Message Processing Hints", version = "1.0.0", note = "no-store, no-permanent-store and store, for messages that would wait")
public final class OfflineQueue implements Extension {
    private static final String DELAY = "urn:xmpp:delay";
    private static final String HINTS = "urn:xmpp:hints";
    private static final String CHAT_STATES = "http://jabber.org/protocol/chatstates";
    private static final int BATCH = 100;

    /** How many messages may wait for one account. */
    public record OfflineLimit(int messages) {}

    private final OfflineMessages store;
    private final OfflineLimit limit;

    @Inject OfflineQueue(OfflineMessages store, OfflineLimit limit) {
        this.store = store;
        this.limit = limit;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature("msgoffline"), Hook.onSession(event -> {
            if (event instanceof SessionEvent.ReadyForMessages(var session)) flush(session);
        }));
    }

    /** Keeps a message, if it is of the kind that is kept; its sender is told when there is no room. */
    void keep(Account account, Message message) {
        if (!isWorthKeeping(message)) return;
        if (store.count(account.existingKey()) >= limit.messages())
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.because("too many messages wait for this account"));
        store.append(account.existingKey(), Instant.now(), StoredStanza.write(message));
    }

    /** XEP-0160 §3 and XEP-0334: not what its sender wants forgotten, and not who is typing. */
    private static boolean isWorthKeeping(Message message) {
        if (message.has(HINTS, "no-store") || message.has(HINTS, "no-permanent-store")) return false;
        if (message.has(HINTS, "store")) return true;
        return message.payload().elements().stream()
                .anyMatch(e -> !e.namespace().equals(CHAT_STATES) && !e.is(Stanza.CLIENT, "thread") && !e.namespace().equals(HINTS));
    }

    private void flush(Session session) {
        var account = session.account().existingKey();
        for (var batch = store.read(account, 0, BATCH); !batch.isEmpty(); batch = store.read(account, batch.getLast().id(), BATCH)) {
            for (var waiting : batch) session.send(delayed(waiting, session));
            store.remove(account, batch.getLast().id());
        }
    }

    private static Stanza delayed(OfflineMessages.Waiting waiting, Session session) {
        var message = (Message) StoredStanza.read(waiting.stanza());
        var delay = Element.of(DELAY, "delay").with("from", session.jid().domain()).with("stamp", waiting.received().truncatedTo(ChronoUnit.MILLIS));
        return message.with(message.payload().with(delay));
    }
}
