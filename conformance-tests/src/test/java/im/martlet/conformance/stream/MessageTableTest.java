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
 * RFC 6121 §8.5.4, table 1: what becomes of a message, by its type and by who is there. Where the RFC leaves a choice,
 * this is Martlet's: an error rather than silence, and every resource that wants messages rather than one of them.
 */
class MessageTableTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final List<String> TYPES = List.of("normal", "chat", "groupchat", "headline", "error");

    /**
     * What becomes of a message: delivered (to D, or to how many), waiting (W), refused with an error (E), silently
     * ignored (S).
     */
    @ParameterizedTest(name = "{0}, {1}: normal {2}, chat {3}, groupchat {4}, headline {5}, error {6}")
    @CsvSource({
            "no such account,            bare, E, E, E, E, S",
            "no such account,            full, E, E, E, E, S",
            "nobody there,               bare, W, W, E, S, S",
            "nobody there,               full, E, W, E, S, S",
            "connected and unavailable,  bare, W, W, E, S, S",
            "connected and unavailable,  full match, D, D, D, D, D",
            "one of negative priority,   bare, W, W, E, S, S",
            "one of negative priority,   full match, D, D, D, D, D",
            "one of negative priority,   full, E, W, E, S, S",
            "one,                        bare, D, D, E, D, S",
            "one,                        full match, D, D, D, D, D",
            "one,                        full, E, D, E, S, S",
            "two,                        bare, 2, 2, E, 2, S",
            "two,                        full match, D, D, D, D, D",
            "two,                        full, E, 2, E, S, S",
            "one and one of negative priority, bare, D, D, E, D, S",
            "one and one of negative priority, full, E, D, E, S, S" }) void whatBecomesOfAMessage(String who,
                    String address, String normal, String chat, String groupchat, String headline, String error)
                    throws Exception {
        var became = new ArrayList<String>();
        for (String type : TYPES) became.add(outcome(who, address, type));
        assertThat(became).containsExactly(normal, chat, groupchat, headline, error);
    }

    private static String outcome(String who, String address, String type) throws Exception {
        var account = who.equals("no such account") ? Jid.parse("nobody@localhost") : SERVER.account("juliet");
        var there = new ArrayList<Client>();
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            for (String priority : priorities(who)) there.add(come(account, "r" + there.size(), priority));
            var to = switch (address) {
                case "bare" -> account;
                case "full match" -> account.withResource("r0");
                default -> account.withResource("elsewhere");
            };
            romeo.send("<message type='" + type + "' id='m' to='" + to + "'><body>But soft</body></message>");
            if (isAnswered(romeo, account)) return "E";
            int reached = 0;
            for (var client : there) if (hasGot(romeo, client)) reached++;
            if (reached > 0) return reached > 1 ? String.valueOf(reached) : "D";
            return !who.equals("no such account") && waits(romeo, account) ? "W" : "S";
        } finally {
            for (var client : there) client.close();
        }
    }

    private static List<String> priorities(String who) {
        return switch (who) {
            case "no such account", "nobody there" -> List.of();
            case "connected and unavailable" -> List.of("");
            case "one" -> List.of("0");
            case "one of negative priority" -> List.of("-1");
            case "two" -> List.of("0", "5");
            default -> List.of("0", "-1");
        };
    }

    private static Client come(Jid account, String resource, String priority) throws Exception {
        var client = SERVER.login(account, resource);
        if (!priority.isEmpty()) client.send("<presence><priority>" + priority + "</priority></presence>").fence();
        return client;
    }

    /** Whether the message is answered before a question that was asked behind it. */
    private static boolean isAnswered(Client romeo, Jid account) throws Exception {
        romeo.send("<iq type='get' id='q' to='" + account + "'><nothing xmlns='urn:nothing'/></iq>");
        var answer = romeo.receive();
        if (answer.name().equals("iq")) return false;
        assertThat(answer.attribute("type")).isEqualTo("error");
        assertThat(answer.child("error").orElseThrow().child("service-unavailable")).isPresent();
        assertThat(romeo.receive().attribute("id")).isEqualTo("q");
        return true;
    }

    /** Whether a device has got the message before another one that is sent behind it, straight to the device. */
    private static boolean hasGot(Client romeo, Client device) throws Exception {
        romeo.send("<message type='chat' id='behind' to='" + device.jid() + "'><body>behind</body></message>");
        boolean got = false;
        for (var next = device.receive(); !next.attribute("id").equals("behind"); next = device.receive())
            got |= next.attribute("id").equals("m");
        return got;
    }

    private static boolean waits(Client romeo, Jid account) throws Exception {
        try (var late = come(account, "late", "1")) {
            return hasGot(romeo, late);
        }
    }

    @Test void sessionThatCatchesUpGetsUnloggedMessagesAtOnce() throws Exception {
        var juliet = SERVER.account("juliet");
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x"); var device = come(juliet, "r", "")) {
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
