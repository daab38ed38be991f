package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the sessions that receive a message for an account (RFC 6121 §8.5). On the account's mailbox. */
public final class MessageDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(MessageDelivery.class);

    /**
     * Refuses a message that cannot be delivered to its address (§8.5.2.1.1, §8.5.3.2.1). The caller does this before
     * the message is archived, because no session has received it.
     *
     * @throws StanzaException the error for the sender
     */
    public static void admit(Account account, Message message) {
        boolean absent = message.to() instanceof Jid to && to.isFull() && account.session(to).isEmpty();
        boolean refused = switch (message.type()) {
            case GROUPCHAT -> absent || message.to() instanceof Jid to && to.isBare();
            case NORMAL -> absent;
            case CHAT, HEADLINE, ERROR -> false;
        };
        if (!refused) return;
        Decision.REFUSED.log(LOG, absent ? "no session has the resource that the message is for"
                : "a message of type groupchat needs the address of a session", account.jid(), message);
        throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
    }

    /** Delivers a message that was admitted. Returns the sessions that got it now. */
    public List<Session> deliver(Account account, Message message) {
        if (message.to() instanceof Jid to && to.isFull()) return toSession(account, to, message);
        return switch (message.type()) { // §8.5.2.1.1
            case NORMAL, CHAT -> toAccount(account, message);
            case HEADLINE -> {
                var sessions = reachable(account, message);
                if (sessions.isEmpty()) drop("no session wants messages", account, message);
                yield send(message, sessions);
            }
            case GROUPCHAT, ERROR -> drop("a message of this type needs the address of a session", account, message);
        };
    }

    private static List<Session> toSession(Account account, Jid to, Message message) {
        var session = account.session(to);
        if (session.isPresent() && message.log() != 0 && CatchUp.isBehind(session.get())) {
            CatchUp.oweAlone(session.get(), message.log());
            Decision.HELD_BACK.log(LOG, "the session catches up and will get the message from the log", account.jid(),
                    message);
            return List.of();
        }
        if (session.isPresent()) return send(message, List.of(session.get())); // §8.5.3.1
        return switch (message.type()) { // §8.5.3.2.1
            case CHAT -> toAccount(account, message);
            case NORMAL, GROUPCHAT, HEADLINE, ERROR ->
                    drop("no session has the resource that the message is for", account, message);
        };
    }

    /** Sends a message to each session that wants messages. If there is none, a logged message waits in the log. */
    private static List<Session> toAccount(Account account, Message message) {
        var sessions = reachable(account, message);
        boolean logged = message.log() != 0;
        if (sessions.isEmpty() && logged) {
            account.log().addWaiting(message.log());
            Decision.HELD_BACK.log(LOG, "no session wants messages now, so the message waits in the log",
                    account.jid(), message);
        } else if (sessions.isEmpty()) drop("no session wants messages, and the message is not kept", account, message);
        send(message, sessions);
        if (logged) account.sessions().stream().filter(CatchUp::isBehind)
                .forEach(session -> CatchUp.owe(session, message.log()));
        return sessions;
    }

    /**
     * Returns the sessions that get a message for the account now. A session that catches up gets logged messages from
     * the log, and all others at once.
     */
    private static List<Session> reachable(Account account, Message message) {
        return account.sessions().stream()
                .filter(s -> s.wantsMessages() && (message.log() == 0 || !CatchUp.isBehind(s))).toList();
    }

    private static List<Session> send(Message message, List<Session> sessions) {
        sessions.forEach(session -> session.send(message));
        return sessions;
    }

    private static List<Session> drop(String reason, Account account, Message message) {
        Decision.DROPPED.log(LOG, reason, account.jid(), message);
        return List.of();
    }
}
