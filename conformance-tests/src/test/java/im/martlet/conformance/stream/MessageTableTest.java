package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.im.CatchUp;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * RFC 6121 §8.5.4, table 1: the handling of a message, by its type and the recipient's sessions. Where the RFC leaves a
 * choice, Martlet sends an error rather than nothing, and delivers to every available resource rather than to one.
 */
class MessageTableTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final List<String> TYPES = List.of("normal", "chat", "groupchat", "headline", "error");

    /**
     * The outcomes: delivered to one (D) or more (their number), stored offline (W), error (E), silently dropped (S).
     */
    @ParameterizedTest(name = "{0}, {1}: normal {2}, chat {3}, groupchat {4}, headline {5}, error {6}")
    @CsvSource({
            "no such account,            bare, E, E, E, E, S",
            "no such account,            full, E, E, E, E, S",
            "no session,               bare, W, W, E, S, S",
            "no session,               full, E, W, E, S, S",
            "one unavailable session,  bare, W, W, E, S, S",
            "one unavailable session,  full match, D, D, D, D, D",
            "one session of negative priority, bare, W, W, E, S, S",
            "one session of negative priority, full match, D, D, D, D, D",
            "one session of negative priority, full, E, W, E, S, S",
            "one available session,      bare, D, D, E, D, S",
            "one available session,      full match, D, D, D, D, D",
            "one available session,      full, E, D, E, S, S",
            "two available sessions,     bare, 2, 2, E, 2, S",
            "two available sessions,     full match, D, D, D, D, D",
            "two available sessions,     full, E, 2, E, S, S",
            "one available session and one of negative priority, bare, D, D, E, D, S",
            "one available session and one of negative priority, full, E, D, E, S, S" }) void messageIsHandledByTypeAndRecipient(
                    String recipient,
                    String address, String normal, String chat, String groupchat, String headline, String error)
                    throws Exception {
        var outcomes = new ArrayList<String>();
        for (String type : TYPES) outcomes.add(outcome(recipient, address, type));
        assertThat(outcomes).containsExactly(normal, chat, groupchat, headline, error);
    }

    private static String outcome(String recipient, String address, String type) throws Exception {
        var account = recipient.equals("no such account") ? Jid.parse("nobody@localhost") : SERVER.account("juliet");
        var sessions = new ArrayList<Client>();
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            for (String priority : priorities(recipient))
                sessions.add(connect(account, "r" + sessions.size(), priority));
            var to = switch (address) {
                case "bare" -> account;
                case "full match" -> account.withResource("r0");
                default -> account.withResource("elsewhere");
            };
            romeo.send("<message type='" + type + "' id='m' to='" + to + "'><body>But soft</body></message>");
            if (isAnswered(romeo, account)) return "E";
            int reached = 0;
            for (var client : sessions) if (receives(romeo, client)) reached++;
            if (reached > 0) return reached > 1 ? String.valueOf(reached) : "D";
            return !recipient.equals("no such account") && isStored(romeo, account) ? "W" : "S";
        } finally {
            for (var client : sessions) client.close();
        }
    }

    private static List<String> priorities(String recipient) {
        return switch (recipient) {
            case "no such account", "no session" -> List.of();
            case "one unavailable session" -> List.of("");
            case "one available session" -> List.of("0");
            case "one session of negative priority" -> List.of("-1");
            case "two available sessions" -> List.of("0", "5");
            default -> List.of("0", "-1");
        };
    }

    private static Client connect(Jid account, String resource, String priority) throws Exception {
        var client = SERVER.login(account, resource);
        if (!priority.isEmpty()) client.send("<presence><priority>" + priority + "</priority></presence>").fence();
        return client;
    }

    /** Returns whether the message is rejected: the error arrives before the reply to a later request. */
    private static boolean isAnswered(Client romeo, Jid account) throws Exception {
        romeo.send("<iq type='get' id='q' to='" + account + "'><nothing xmlns='urn:nothing'/></iq>");
        var answer = romeo.receive();
        if (answer.name().equals("iq")) return false;
        assertThat(answer.attribute("type")).isEqualTo("error");
        assertThat(answer.child("error").orElseThrow().child("service-unavailable")).isPresent();
        assertThat(romeo.receive().attribute("id")).isEqualTo("q");
        return true;
    }

    /** Returns whether a device receives the message before a later one that is sent to the device's full JID. */
    private static boolean receives(Client romeo, Client device) throws Exception {
        romeo.send("<message type='chat' id='behind' to='" + device.jid() + "'><body>behind</body></message>");
        boolean received = false;
        for (var next = device.receive(); !next.attribute("id").equals("behind"); next = device.receive())
            received |= next.attribute("id").equals("m");
        return received;
    }

    private static boolean isStored(Client romeo, Jid account) throws Exception {
        try (var late = connect(account, "late", "1")) {
            return receives(romeo, late);
        }
    }

    @Test void catchingUpSessionReceivesUnloggedMessagesAtOnce() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x"); var device = connect(juliet, "r", "")) {
            romeo.send("<message type='chat' id='old' to='" + juliet + "'><body>old</body></message>").fence();
            var injector = SERVER.server().injector();
            injector.getInstance(AccountDirectory.class).tell(juliet, Credit.UNLIMITED, account -> injector
                    .getInstance(CatchUp.class).archiveQueryBegins(account.session(device.jid()).orElseThrow()));
            device.send("<presence/>");
            // the old message now waits until the archive query is answered
            assertThat(device.receive().name()).isEqualTo("presence");
            romeo.send("<message type='headline' id='news' to='" + juliet + "'><body>news</body></message>"
                    + "<message type='chat' id='secret' to='" + juliet
                    + "'><body>secret</body><no-store xmlns='urn:xmpp:hints'/></message>");
            assertThat(device.receive().attribute("id")).isEqualTo("news");
            assertThat(device.receive().attribute("id")).isEqualTo("secret");
        }
    }
}
