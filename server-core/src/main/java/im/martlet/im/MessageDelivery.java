package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import java.util.List;

/** Who gets a message that has come for an account (RFC 6121 §8.5). */
public final class MessageDelivery {
    /**
     * Refuses what may not come here (§8.5.2.1.1, §8.5.3.2.1): before it is archived, since nobody has received it.
     *
     * @throws StanzaException that answers it
     */
    public static void admit(Account account, Message message) {
        boolean lost = message.to() instanceof Jid to && to.isFull() && account.session(to).isEmpty();
        boolean refused = switch (message.type()) {
            case GROUPCHAT -> lost || message.to() instanceof Jid to && to.isBare();
            case NORMAL -> lost;
            case CHAT, HEADLINE, ERROR -> false;
        };
        if (refused) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
    }

    /** Answers who has seen it. */
    public List<Session> deliver(Account account, Message message) {
        var to = message.to();
        if (to != null && to.isFull()) {
            var session = account.session(to);
            if (session.filter(s -> s.isBehind() && message.log() != 0).isPresent()) { // it is on its way through the log
                session.get().isSentLater(message.log());
                return List.of();
            }
            if (session.isPresent()) return give(message, List.of(session.get())); // §8.5.3.1
            return switch (message.type()) { // §8.5.3.2.1
                case CHAT -> toAccount(account, message);
                case NORMAL, GROUPCHAT, HEADLINE, ERROR -> List.of();
            };
        }
        return switch (message.type()) { // §8.5.2.1.1
            case NORMAL, CHAT -> toAccount(account, message);
            case HEADLINE -> give(message, reachable(account, message));
            case GROUPCHAT, ERROR -> List.of();
        };
    }

    /** To every resource that wants messages; when there is none, it waits in the log, if it is there. */
    private static List<Session> toAccount(Account account, Message message) {
        var sessions = reachable(account, message);
        if (sessions.isEmpty() && message.log() != 0) account.log().waits(message.log());
        give(message, sessions);
        if (message.log() != 0)
            account.sessions().stream().filter(Session::isBehind).forEach(s -> s.comesTo(message.log()));
        return sessions;
    }

    /**
     * Who is being given what has waited comes to what is in the log, too; what is not in it has to be given at once.
     */
    private static List<Session> reachable(Account account, Message message) {
        return account.sessions().stream().filter(s -> s.wantsMessages() && (!s.isBehind() || message.log() == 0))
                .toList();
    }

    private static List<Session> give(Message message, List<Session> sessions) {
        sessions.forEach(session -> session.send(message));
        return sessions;
    }
}
