package im.martlet.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.SaslExchange.Outcome;
import im.martlet.net.Transport.ChannelBinding;
import im.martlet.storage.account.LoginTokens.Client;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the server side of HT-SHA-256-* with a client that is written here independently. */
class HashedTokenMechanismTest {
    private static final Jid USER = Jid.parse("user@example.org");
    private static final Client PHONE = new Client("d4565fa7-4d72-4749-b3d3-740edbf87770", "Swan", "a phone");
    private static final byte[] EXPORTED = "exported key material".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CERTIFICATE = "hash of a certificate".getBytes(StandardCharsets.UTF_8);
    private static final String NONE = "HT-SHA-256-NONE";

    private final MemoryAccounts accounts = new MemoryAccounts();
    private final MemoryTokens store = new MemoryTokens(accounts);
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final FastTokens tokens = MemoryTokens.tokens(store, () -> now);
    private final Authenticator authenticator = new Authenticator(accounts, new LoginThrottle(() -> 5, () -> now),
            new UnknownUsers(new byte[32], _ -> Map.of(), () -> 4096), tokens);

    @BeforeEach void thereIsAUser() { accounts.create(USER, List.of()); }

    private static SaslChannel channel() {
        var all = Map.of(ChannelBinding.TLS_EXPORTER, EXPORTED, ChannelBinding.TLS_SERVER_END_POINT, CERTIFICATE);
        return new SaslChannel(true, InetAddress.getLoopbackAddress(), type -> Optional.ofNullable(all.get(type)));
    }

    private String issue(String mechanism) {
        var who = new AuthenticatedUser(USER, accounts.find(USER).orElseThrow().key(), store.epoch, "PLAIN",
                Optional.empty(), Optional::empty);
        return tokens.issue(who, PHONE, mechanism).orElseThrow().token();
    }

    private static byte[] hmac(String token, String role, byte[] bound) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update(role.getBytes(StandardCharsets.UTF_8));
        return mac.doFinal(bound);
    }

    private static byte[] message(String name, String token, byte[] bound) throws Exception {
        var out = new ByteArrayOutputStream();
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.write(0);
        out.writeBytes(hmac(token, "Initiator", bound));
        return out.toByteArray();
    }

    private Outcome login(String mechanism, byte[] message) {
        return login(mechanism, message, PHONE.id(), OptionalLong.empty(), false);
    }

    private Outcome login(String mechanism, byte[] message, String client, OptionalLong uses, boolean last) {
        return authenticator.begin(mechanism, "example.org", channel(), client, uses, last).orElseThrow().next(message);
    }

    private String told(Outcome outcome) {
        return outcome instanceof Outcome.Failure(var error) ? error.name() : outcome.getClass().getSimpleName();
    }

    private String use(String token) throws Exception { return told(login(NONE, message("user", token, new byte[0]))); }

    private static byte[] bound(String mechanism) {
        return switch (mechanism) {
            case "HT-SHA-256-EXPR" -> EXPORTED;
            case "HT-SHA-256-ENDP" -> CERTIFICATE;
            default -> new byte[0];
        };
    }

    /** Computed with Python's hmac: {@code hmac.new(b"token", b"Initiator", "sha256").hexdigest()}. */
    @Test void proofsAreComputedAsInTheDraft() throws Exception {
        assertThat(HexFormat.of().formatHex(hmac("token", "Initiator", new byte[0])))
                .isEqualTo("d24d95482f0d6e035c56e787dac4ed832bdd84ee3ea242aaadd982270c330006");
        assertThat(HexFormat.of().formatHex(hmac("token", "Responder", EXPORTED)))
                .isEqualTo("318484ca825c4739618423b3bc408446004bffaafcdd4ee0598b083f87b02184");
    }

    @ParameterizedTest
    @ValueSource(strings = { "HT-SHA-256-EXPR", "HT-SHA-256-ENDP",
            NONE }) void bothSidesProveThatTheyKnowTheToken(String mechanism) throws Exception {
        var token = issue(mechanism);
        var success = (Outcome.Success) login(mechanism, message("user", token, bound(mechanism)));
        assertThat(success.data()).isEqualTo(hmac(token, "Responder", bound(mechanism)));
        assertThat(success.user().user()).isEqualTo(USER);
        assertThat(success.user().mechanism()).isEqualTo(mechanism);
        assertThat(success.user().objection().get()).isEmpty();
    }

    @Test void eachTokenIsNewAndHasMoreThan128Bits() {
        assertThat(issue(NONE)).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(issue(NONE));
    }

    @ParameterizedTest
    @CsvSource({ "HT-SHA-256-EXPR, HT-SHA-256-NONE", "HT-SHA-256-EXPR, HT-SHA-256-ENDP",
            "HT-SHA-256-NONE, HT-SHA-256-EXPR" }) void aTokenIsGoodForOneMechanism(String issued, String used)
                    throws Exception { // XEP-0484 §3.4
        assertThat(told(login(used, message("user", issue(issued), bound(used))))).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void aProofForAnotherChannelIsRefused() throws Exception {
        var token = issue("HT-SHA-256-EXPR");
        assertThat(told(login("HT-SHA-256-EXPR", message("user", token, CERTIFICATE)))).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void aTokenIsValidOnlyForItsClientAndUser() throws Exception {
        var token = issue(NONE);
        assertThat(told(login(NONE, message("user", token, new byte[0]), "00000000-0000-4000-8000-000000000001",
                OptionalLong.empty(), false))).isEqualTo("NOT_AUTHORIZED");
        assertThat(told(login(NONE, message("nobody", token, new byte[0])))).isEqualTo("NOT_AUTHORIZED");
        assertThat(told(login(NONE, message("user@example.org", token, new byte[0])))).isEqualTo("NOT_AUTHORIZED");
        assertThat(use(token)).isEqualTo("Success");
    }

    @Test void onlyAClientWithTheTokenLearnsThatItHasExpired() throws Exception {
        var token = issue(NONE);
        now = now.plus(Duration.ofDays(21)).minusSeconds(1);
        assertThat(use(token)).isEqualTo("Success");
        now = now.plusSeconds(1);
        assertThat(use(token)).isEqualTo("CREDENTIALS_EXPIRED");
        assertThat(use("guessed")).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void aNewEpochInvalidatesTokens() throws Exception {
        var token = issue(NONE);
        store.epoch++;
        assertThat(use(token)).isEqualTo("CREDENTIALS_EXPIRED");
        assertThat(use(issue(NONE))).isEqualTo("Success");
    }

    @Test void onlyAClientWithATokenLearnsThatTheAccountIsDisabled() throws Exception {
        var token = issue(NONE);
        accounts.setEnabled(accounts.find(USER).orElseThrow().key(), false);
        assertThat(use(token)).isEqualTo("ACCOUNT_DISABLED");
        assertThat(use("guessed")).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void theOldTokenIsValidUntilTheNewOneIsUsed() throws Exception { // XEP-0484 §3.5
        var old = issue(NONE);
        assertThat(use(old)).isEqualTo("Success");
        var lost = issue(NONE);
        var fresh = issue(NONE);
        assertThat(use(lost)).as("never used, and replaced").isEqualTo("NOT_AUTHORIZED");
        assertThat(use(old)).isEqualTo("Success");
        assertThat(use(fresh)).isEqualTo("Success");
        assertThat(use(old)).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void aTokenIsReplacedAfterADay() throws Exception {
        var token = issue(NONE);
        assertThat(tokens.isDue(
                ((Outcome.Success) login(NONE, message("user", token, new byte[0]))).user().token().orElseThrow()))
                .isFalse();
        now = now.plus(Duration.ofDays(1));
        assertThat(tokens.isDue(
                ((Outcome.Success) login(NONE, message("user", token, new byte[0]))).user().token().orElseThrow()))
                .isTrue();
    }

    @Test void aReplayedCountIsRefused() throws Exception {
        var message = message("user", issue(NONE), new byte[0]);
        for (var step : List.of("1 Success", "1 NOT_AUTHORIZED", "7 Success", "3 NOT_AUTHORIZED", "7 NOT_AUTHORIZED",
                "8 Success")) {
            var parts = step.split(" ");
            assertThat(told(login(NONE, message, PHONE.id(), OptionalLong.of(Long.parseLong(parts[0])), false)))
                    .as(step).isEqualTo(parts[1]);
        }
    }

    @Test void aTokenIsInvalidAfterItsLastUse() throws Exception { // XEP-0484 §3.6
        var message = message("user", issue(NONE), new byte[0]);
        var success = (Outcome.Success) login(NONE, message, PHONE.id(), OptionalLong.empty(), true);
        assertThat(success.user().token()).as("this login gets no new token").isEmpty();
        assertThat(success.user().objection().get()).isEmpty();
        assertThat(told(login(NONE, message))).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void aTokenRevokedDuringTheLoginIsRefused() throws Exception {
        var success = (Outcome.Success) login(NONE, message("user", issue(NONE), new byte[0]));
        assertThat(success.user().objection().get()).isEmpty();
        store.revoke(success.user().account(), PHONE.id());
        assertThat(success.user().objection().get()).contains(SaslError.NOT_AUTHORIZED);
    }

    @Test void mostLoginsWriteNothing() throws Exception {
        var token = issue(NONE);
        use(token);
        int before = store.written;
        for (int i = 0; i < 10; i++) assertThat(use(token)).isEqualTo("Success");
        assertThat(store.written).isEqualTo(before);
        now = now.plus(Duration.ofDays(2));
        use(token);
        assertThat(store.written).as("the last use is stored once a day").isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "user", "00", "75736572", "7573657200", "00aabb" }) void aBrokenMessageIsMalformed(
            String hex) {
        var exchange = authenticator.begin(NONE, "example.org", channel(), PHONE.id(), OptionalLong.empty(), false)
                .orElseThrow();
        if (hex.isEmpty()) assertThat(exchange.next(new byte[0])).as("the client sends the first message")
                .isInstanceOf(Outcome.Challenge.class);
        byte[] message = hex.matches("[0-9a-f]*") ? HexFormat.of().parseHex(hex) : hex.getBytes(StandardCharsets.UTF_8);
        assertThat(told(exchange.next(message))).isEqualTo("MALFORMED_REQUEST");
    }

    @Test void onlyMechanismsForBindingsOfTheChannelAreOffered() {
        var bare = new SaslChannel(true, InetAddress.getLoopbackAddress(), _ -> Optional.empty());
        assertThat(tokens.mechanisms(channel())).containsExactly("HT-SHA-256-EXPR", "HT-SHA-256-ENDP", NONE);
        assertThat(tokens.mechanisms(bare)).containsExactly(NONE);
        assertThat(tokens.mechanisms(new SaslChannel(false, InetAddress.getLoopbackAddress(), _ -> Optional.empty())))
                .isEmpty();
        assertThat(authenticator.begin("HT-SHA-256-EXPR", "example.org", bare, PHONE.id(), OptionalLong.empty(), false))
                .isEmpty();
        assertThat(
                authenticator.begin("SCRAM-SHA-256", "example.org", channel(), PHONE.id(), OptionalLong.empty(), false))
                .isEmpty();
        assertThat(authenticator.begin(NONE, "example.org", channel())).as("NONE is only for tokens").isEmpty();
    }

    @Test void failedLoginsMustWaitForUnknownAccountsToo() throws Exception {
        for (String name : List.of("user", "nobody")) {
            var fresh = new HashedTokenMechanismTest();
            fresh.thereIsAUser();
            for (int i = 0; i < 5; i++)
                assertThat(fresh.told(fresh.login(NONE, message(name, "guess" + i, new byte[0])))).as(name)
                        .isEqualTo("NOT_AUTHORIZED");
            assertThat(fresh.told(fresh.login(NONE, message(name, "guess", new byte[0])))).as(name)
                    .isEqualTo("TEMPORARY_AUTH_FAILURE");
        }
    }

    @Test void anUnknownUserCostsTheSameWorkAsAKnownOne() throws Exception {
        issue(NONE);
        int user = work("user");
        assertThat(work("nobody")).isEqualTo(user).isPositive();
        assertThat(
                told(login(NONE, message("user", "guess", new byte[0]), "another client", OptionalLong.empty(), false)))
                .isEqualTo("NOT_AUTHORIZED");
    }

    private int work(String name) throws Exception {
        var message = message(name, "guess", new byte[0]);
        try (var hmacs = new CountedHmacs()) {
            assertThat(told(login(NONE, message))).isEqualTo("NOT_AUTHORIZED");
            return hmacs.computed();
        }
    }
}
