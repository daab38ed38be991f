package im.martlet.im;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;

/** Who gets a message that has come for an account (RFC 6121 §8.5). */
public final class Messages {
    private final OfflineQueue offline;

    @Inject Messages(OfflineQueue offline) { this.offline = offline; }

    /** Answers who has seen it. */
    public List<Session> deliver(Account account, Message message) {
        var to = message.to();
        if (to != null && to.isFull()) {
            var session = account.session(to);
            if (session.isPresent()) return give(message, List.of(session.get())); // §8.5.3.1
            return switch (message.type()) { // §8.5.3.2.1
                case NORMAL, CHAT -> toAccount(account, message);
                case GROUPCHAT -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
                case HEADLINE, ERROR -> List.of();
            };
        }
        return switch (message.type()) { // §8.5.2.1.1
            case NORMAL, CHAT -> toAccount(account, message);
            case HEADLINE -> give(message, reachable(account));
            case GROUPCHAT -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case ERROR -> List.of();
        };
    }

    /** To every resource that wants messages, or, when there is none, into the queue. */
    private List<Session> toAccount(Account account, Message message) {
        var sessions = reachable(account);
        if (sessions.isEmpty()) offline.keep(account, message);
        return give(message, sessions);
    }

    private static List<Session> reachable(Account account) {
        return account.sessions().stream().filter(Session::wantsMessages).toList();
    }

    private static List<Session> give(Message message, List<Session> sessions) {
        sessions.forEach(session -> session.send(message));
        return sessions;
    }
}
