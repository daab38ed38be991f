package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.AuthenticatedUser;
import im.martlet.auth.FastTokens;
import im.martlet.auth.InstallationKey;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.SaslMessages;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.account.LoginTokens.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the life of tokens (XEP-0484), beyond the dialogues. */
class TokenTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final Client PHONE = new Client("d4565fa7-4d72-4749-b3d3-740edbf87770", "Swan", "a phone");
    private static final Client LAPTOP = new Client("00000000-0000-4000-8000-000000000001", "Swan", "");
    private static final String NONE = "HT-SHA-256-NONE";
    private static final String REQUEST = "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + NONE + "'/>";
    private static final String FAST = "<fast xmlns='urn:xmpp:fast:0'/>";
    private static final String BIND = "<bind xmlns='urn:xmpp:bind:0'/>";

    private static String agent(Client client) {
        return "<user-agent id='" + client.id() + "'><software>" + client.software() + "</software><device>"
                + client.device() + "</device></user-agent>";
    }

    private static im.martlet.conformance.harness.Client connect(Jid account) throws Exception {
        return SERVER.connect().open(account.domain()).secure(account);
    }

    private static String requestToken(Jid account, Client client) throws Exception {
        try (var connection = connect(account)) {
            return token(connection.authenticate("PLAIN", new SaslMessages(account, LocalServer.PASSWORD).plain(""),
                    agent(client), REQUEST)).orElseThrow();
        }
    }

    private static Optional<String> token(ReceivedXml success) {
        return success.child("token").map(token -> token.attribute("token"));
    }

    private static ReceivedXml use(Jid account, Client client, String token, String fast) throws Exception {
        try (var connection = connect(account)) {
            return connection.authenticate(NONE,
                    new SaslMessages(account, LocalServer.PASSWORD).proof(token, new byte[0]), agent(client), fast);
        }
    }

    /** Logs in with a token. Returns "success", or the condition of the failure. */
    private static String outcome(Jid account, Client client, String token) throws Exception {
        var outcome = use(account, client, token, FAST);
        return outcome.name().equals("failure") ? outcome.children().getFirst().name() : outcome.name();
    }

    /** Issues a token at an earlier time, or with another installation's key. */
    private static String issued(Jid account, Duration ago, InstallationKey key) {
        var injector = SERVER.server().injector();
        var tokens = new FastTokens(injector.getInstance(LoginTokens.class), key,
                () -> new FastTokens.Settings(true, Duration.ofDays(21), Duration.ofDays(1), 20),
                () -> Instant.now().minus(ago));
        var found = injector.getInstance(Accounts.class).find(account).orElseThrow();
        var epoch = injector.getInstance(LoginTokens.class).login(account, PHONE.id()).orElseThrow().epoch();
        return tokens
                .issue(new AuthenticatedUser(account, found.key(), epoch, "PLAIN", Optional.empty(), Optional::empty),
                        PHONE, NONE)
                .orElseThrow().token();
    }

    private static InstallationKey key() { return SERVER.server().injector().getInstance(InstallationKey.class); }

    @Test void expiredTokenIsRefusedWithTheReason() throws Exception { // XEP-0484 §4.2
        var juliet = SERVER.account("juliet");
        assertThat(outcome(juliet, PHONE, issued(juliet, Duration.ofDays(22), key()))).isEqualTo("credentials-expired");
    }

    @Test void oldTokenStaysValidUntilItsReplacementIsUsed() throws Exception { // §3.5
        var juliet = SERVER.account("juliet");
        var old = issued(juliet, Duration.ofDays(2), key());
        var lost = token(use(juliet, PHONE, old, FAST)).orElseThrow();
        var fresh = token(use(juliet, PHONE, old, FAST)).orElseThrow();
        assertThat(outcome(juliet, PHONE, lost)).as("a token that was replaced before its first use")
                .isEqualTo("not-authorized");
        assertThat(token(use(juliet, PHONE, fresh, FAST))).as("a fresh token is not replaced").isEmpty();
        assertThat(outcome(juliet, PHONE, old)).isEqualTo("not-authorized");
        assertThat(outcome(juliet, PHONE, fresh)).isEqualTo("success");
    }

    @Test void invalidatedTokenIsReplacedOnlyOnRequest() throws Exception { // §3.6
        var juliet = SERVER.account("juliet");
        var old = issued(juliet, Duration.ofDays(2), key());
        assertThat(token(use(juliet, PHONE, old, "<fast xmlns='urn:xmpp:fast:0' invalidate='1'/>"))).isEmpty();
        assertThat(outcome(juliet, PHONE, old)).isEqualTo("not-authorized");
        var again = requestToken(juliet, PHONE);
        var other = token(use(juliet, PHONE, again, "<fast xmlns='urn:xmpp:fast:0' invalidate='true'/>" + REQUEST))
                .orElseThrow();
        assertThat(outcome(juliet, PHONE, again)).isEqualTo("not-authorized");
        assertThat(outcome(juliet, PHONE, other)).isEqualTo("success");
    }

    /** An attacker with access to the database lacks the key. */
    @Test void tokenIssuedWithAnotherKeyIsRefused() throws Exception {
        var juliet = SERVER.account("juliet");
        assertThat(outcome(juliet, PHONE, issued(juliet, Duration.ZERO, new InstallationKey(new byte[32]))))
                .isEqualTo("not-authorized");
        assertThat(outcome(juliet, PHONE, issued(juliet, Duration.ZERO, key()))).isEqualTo("success");
    }

    @Test void databaseContainsNoToken() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS)) {
            var juliet = server.account("juliet");
            try (var client = server.connect().open("localhost").secure(juliet);
                    var database = java.sql.DriverManager.getConnection(server.database(), "", "")) {
                var token = token(client.authenticate("PLAIN", new SaslMessages(juliet, LocalServer.PASSWORD).plain(""),
                        agent(PHONE), REQUEST)).orElseThrow();
                var secret = java.util.Base64.getUrlDecoder().decode(token);
                try (var rows = database.createStatement().executeQuery("select * from login_token")) {
                    assertThat(rows.next()).isTrue();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++)
                        assertThat(rows.getObject(i) instanceof byte[] bytes ? java.util.Arrays.equals(bytes, secret)
                                : String.valueOf(rows.getObject(i)).contains(token)).isFalse();
                }
            }
        }
    }

    @Test void adminsPasswordChangeEndsAllTokens() throws Exception {
        var juliet = SERVER.account("juliet");
        var token = requestToken(juliet, PHONE);
        // the rule holds for the same password, too
        SERVER.command("user passwd", Map.of("account", juliet.toString(), "password", LocalServer.PASSWORD));
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("credentials-expired");
        assertThat(SERVER.command("user tokens", Map.of("account", juliet.toString()))).isEqualTo(List.of());
        assertThat(outcome(juliet, PHONE, requestToken(juliet, PHONE))).isEqualTo("success");
    }

    @Test void usersPasswordChangeEndsAllTokens() throws Exception { // XEP-0077
        var juliet = SERVER.account("juliet");
        var token = requestToken(juliet, PHONE);
        try (var client = SERVER.login(juliet, "x")) {
            client.send("<iq type='set' id='p' to='localhost'><query xmlns='jabber:iq:register'><username>"
                    + juliet.local() + "</username><password>another</password></query></iq>");
            assertThat(client.receive().attribute("type")).isEqualTo("result");
        }
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("credentials-expired");
    }

    @Test void disablingAnAccountEndsItsTokensForGood() throws Exception {
        var juliet = SERVER.account("juliet");
        var token = requestToken(juliet, PHONE);
        SERVER.command("user disable", Map.of("account", juliet.toString()));
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("account-disabled");
        SERVER.command("user enable", Map.of("account", juliet.toString()));
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("credentials-expired");
    }

    @Test void recreatedAccountHasNoTokens() throws Exception {
        var juliet = SERVER.account("juliet");
        var token = requestToken(juliet, PHONE);
        SERVER.command("user del", Map.of("account", juliet.toString()));
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("not-authorized");
        SERVER.account(juliet, LocalServer.PASSWORD);
        assertThat(outcome(juliet, PHONE, token)).isEqualTo("not-authorized");
    }

    @Test void adminListsClientsAndRevokesTheirTokens() throws Exception {
        var juliet = SERVER.account("juliet");
        var phone = requestToken(juliet, PHONE);
        var laptop = requestToken(juliet, LAPTOP);
        assertThat(outcome(juliet, PHONE, phone)).isEqualTo("success");
        try (var connection = connect(juliet); var other = connect(juliet)) {
            connection.authenticate(NONE, new SaslMessages(juliet, LocalServer.PASSWORD).proof(phone, new byte[0]),
                    agent(PHONE), FAST, BIND);
            other.authenticate(NONE, new SaslMessages(juliet, LocalServer.PASSWORD).proof(laptop, new byte[0]),
                    agent(LAPTOP), FAST, BIND);
            assertThat(String.valueOf(SERVER.command("session list", Map.of("account", juliet.toString()))))
                    .contains("client=Swan on a phone", "login=" + NONE, "client=Swan,".replace(",", ""));
            var listed = String.valueOf(SERVER.command("user tokens", Map.of("account", juliet.toString())));
            assertThat(listed).contains("id=" + PHONE.id(), "client=Swan on a phone", "mechanism=" + NONE,
                    "id=" + LAPTOP.id());
            SERVER.command("user tokens", Map.of("account", juliet.toString(), "revoke", PHONE.id()));
            assertThat(connection.streamError()).isEqualTo("not-authorized");
            other.fence();
        }
        assertThat(outcome(juliet, PHONE, phone)).isEqualTo("not-authorized");
        assertThat(outcome(juliet, LAPTOP, laptop)).isEqualTo("success");
        SERVER.command("user tokens", Map.of("account", juliet.toString(), "revoke", "all"));
        assertThat(outcome(juliet, LAPTOP, laptop)).isEqualTo("not-authorized");
        org.assertj.core.api.Assertions
                .assertThatThrownBy(
                        () -> SERVER.command("user tokens", Map.of("account", juliet.toString(), "revoke", "nobody")))
                .hasMessageContaining("no client of " + juliet);
    }

    @Test void clientNamesAreCleanedForTheTerminal() throws Exception {
        var juliet = SERVER.account("juliet");
        requestToken(juliet, new Client(PHONE.id(), "Swan&#x9b;31m&#x202E;", "a\nphone" + "x".repeat(200)));
        assertThat(String.valueOf(SERVER.command("user tokens", Map.of("account", juliet.toString()))))
                .contains("client=Swan 31m on a phonex").doesNotContain("\u009b", "\u202e", "\n", "x".repeat(101));
    }

    @Test void tokensPerAccountAreLimited() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[tokens]\nper_account = 2\n")) {
            var juliet = server.account("juliet");
            for (int i = 0; i < 4; i++) try (var client = server.connect().open("localhost").secure(juliet)) {
                assertThat(token(client.authenticate("PLAIN", new SaslMessages(juliet, LocalServer.PASSWORD).plain(""),
                        agent(new Client(LAPTOP.id().replace("0001", "000" + i), "", "")), REQUEST))).isPresent();
            }
            assertThat((List<?>) server.command("user tokens", Map.of("account", juliet.toString()))).hasSize(2);
        }
    }

    @Test void disabledTokensAreNotOffered() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[tokens]\nenabled = false\n")) {
            var juliet = server.account("juliet");
            try (var client = server.connect().open("localhost").secure(juliet)) {
                assertThat(client.features.child("authentication").orElseThrow().child("inline").orElseThrow()
                        .child("fast")).isEmpty();
                assertThat(token(client.authenticate("PLAIN", new SaslMessages(juliet, LocalServer.PASSWORD).plain(""),
                        agent(PHONE), REQUEST))).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void tokenIsBoundToTheChannelInBothVersionsOfTls(String version)
            throws Exception {
        var juliet = SERVER.account("juliet");
        String token;
        try (var client = connect(juliet)) {
            token = token(client.authenticate("PLAIN", new SaslMessages(juliet, LocalServer.PASSWORD).plain(""),
                    agent(PHONE), REQUEST.replace("NONE", "EXPR"))).orElseThrow();
        }
        for (int i = 0; i < 2; i++) try (var client = new im.martlet.conformance.harness.Client(SERVER.tlsPort())) {
            client.version(version).handshake("xmpp-client").open("localhost");
            var proof = new SaslMessages(juliet, LocalServer.PASSWORD).proof(token,
                    SaslMessages.binding(client, "tls-exporter"));
            assertThat(client.authenticate("HT-SHA-256-EXPR", proof, agent(PHONE), FAST).name()).isEqualTo("success");
        }
    }
}
