package im.martlet.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.SaslExchange.Outcome;
import im.martlet.net.Transport.ChannelBinding;
import im.martlet.storage.account.Accounts.Verifier;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final Jid USER = Jid.parse("user@example.org");
    private static final byte[] EXPORTED = "exported key material".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CERTIFICATE = "hash of a certificate".getBytes(StandardCharsets.UTF_8);

    private final MemoryAccounts accounts = new MemoryAccounts();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private String nonce = "server-nonce";
    private Map<Integer, Long> census = Map.of();
    private final Authenticator authenticator =
            new Authenticator(accounts, new LoginThrottle(() -> 5, () -> now),
                    new UnknownUsers(new byte[]{ 1, 2, 3 }, _ -> census, () -> 4096), MemoryTokens.tokens(accounts),
                    () -> nonce);

    private static SaslChannel channel(Map<ChannelBinding, byte[]> bindings) {
        return new SaslChannel(true, InetAddress.getLoopbackAddress(), type -> Optional.ofNullable(bindings.get(type)));
    }

    private static SaslChannel bound() {
        return channel(Map.of(ChannelBinding.TLS_EXPORTER, EXPORTED, ChannelBinding.TLS_SERVER_END_POINT, CERTIFICATE));
    }

    private static SaslChannel plain() { return channel(Map.of()); }

    private void user(String password) {
        accounts.create(USER, new ScramPasswordHasher(() -> 4096).verifiers(password));
    }

    private SaslExchange begin(String mechanism, SaslChannel channel) {
        return authenticator.begin(mechanism, "example.org", channel).orElseThrow();
    }

    private static byte[] utf8(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Challenge(var data) -> new String(data, StandardCharsets.UTF_8);
            case Outcome.Success(var data, _) -> new String(data, StandardCharsets.UTF_8);
            case Outcome.Failure(var error) -> error.name();
        };
    }

    /** RFC 5802 §5 and RFC 7677 §3. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "SCRAM-SHA-1 | QSXCR+Q6sek8bf92 | n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL | 3rfcNHYJY1ZVvWVs7j"
                    + " | r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
                    + " | c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
                    + " | v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            "SCRAM-SHA-256 | W22ZaJ0SNY7soEsUEjb6gQ== | n,,n=user,r=rOprNGfwEbeRWgbNEkqO | %hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
                    + " | r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
                    + " | c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
                    + " | v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" }) void theExamplesOfTheRfcs(String mechanism,
                            String salt, String first, String serverNonce, String challenge, String last,
                            String success) throws Exception {
        nonce = serverNonce;
        var hash = mechanism.equals("SCRAM-SHA-1") ? ScramHash.SHA_1 : ScramHash.SHA_256;
        byte[] salted = hash.salted(utf8("pencil"), Base64.getDecoder().decode(salt), 4096);
        accounts.create(USER, List.of(new Verifier(mechanism, Base64.getDecoder().decode(salt), 4096,
                hash.storedKey(salted), hash.serverKey(salted))));
        var attempt = new LoginAttempt(accounts, new LoginThrottle(() -> 5, () -> now),
                new UnknownUsers(new byte[32], _ -> census, () -> 4096), "example.org", plain());
        var exchange = new ScramMechanism(hash, false, attempt, nonce, ""); // RFC 5802 has no downgrade hash
        assertThat(text(exchange.next(utf8(first)))).isEqualTo(challenge);
        var outcome = exchange.next(utf8(last));
        assertThat(text(outcome)).isEqualTo(success);
        assertThat(((Outcome.Success) outcome).user().user()).isEqualTo(USER);
    }

    /** Compares with the attribute "h" of XEP-0474 §6.3, decoded. */
    @Test void downgradeHashMatchesTheExample() {
        var advertised = ScramMechanism.advertised(List.of("SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"),
                List.of(ChannelBinding.TLS_SERVER_END_POINT, ChannelBinding.TLS_EXPORTER));
        assertThat(Base64.getEncoder().encodeToString(ScramHash.SHA_1.digest(utf8(advertised))))
                .isEqualTo("G6k/rBLDqgOhRRaCuuatSDFkJ08=");
        assertThat(ScramMechanism.advertised(List.of("SCRAM-SHA-1"), List.of()))
                .as("step 3: no delimiter without advertised bindings").isEqualTo("SCRAM-SHA-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "SCRAM-SHA-1", "SCRAM-SHA-256",
                    "SCRAM-SHA-512" }) void theChallengeHasTheHashOfTheAdvertisedNames(
                            String mechanism) throws Exception { // XEP-0474 §6.1
        user("pencil");
        for (var channel : List.of(plain(), bound())) {
            var names = authenticator.mechanisms(channel).stream().sorted()
                    .collect(java.util.stream.Collectors.joining("\u001e"));
            var shown = channel.types().isEmpty() ? names : names + "\u001ftls-exporter\u001etls-server-end-point";
            var digest = java.security.MessageDigest.getInstance(mechanism.substring(6)).digest(utf8(shown));
            assertThat(text(begin(mechanism, channel).next(utf8("n,,n=user,r=abc"))))
                    .endsWith(",h=" + Base64.getEncoder().encodeToString(digest));
        }
    }

    @Test void removingTheDowngradeHashIsDetected() throws Exception { // XEP-0474 §6.2: the proof covers it
        user("pencil");
        var exchange = begin("SCRAM-SHA-256", plain());
        var client = new ScramClient("SHA256", "user", "pencil", "abc", "n,,", new byte[0]);
        var challenge = text(exchange.next(utf8(client.first())));
        assertThat(text(exchange.next(utf8(client.last(challenge.replaceFirst(",h=.*", ""))))))
                .isEqualTo("NOT_AUTHORIZED");
    }

    @ParameterizedTest
    @CsvSource({ "SHA1, SCRAM-SHA-1", "SHA256, SCRAM-SHA-256",
            "SHA512, SCRAM-SHA-512" }) void everyHashWorksWithEveryBindingAndWithout(String hash, String mechanism)
                    throws Exception {
        user("pencil");
        assertThat(login(mechanism, new ScramClient(hash, "user", "pencil", "abc", "n,,", new byte[0]), plain()))
                .startsWith("v=");
        assertThat(login(mechanism, new ScramClient(hash, "user", "pencil", "abc", "y,,", new byte[0]), plain()))
                .startsWith("v=");
        assertThat(login(mechanism + "-PLUS",
                new ScramClient(hash, "user", "pencil", "abc", "p=tls-exporter,,", EXPORTED), bound()))
                .startsWith("v=");
        assertThat(login(mechanism + "-PLUS",
                new ScramClient(hash, "user", "pencil", "abc", "p=tls-server-end-point,,", CERTIFICATE), bound()))
                .startsWith("v=");
        assertThat(login(mechanism, new ScramClient(hash, "user", "pencils", "abc", "n,,", new byte[0]), plain()))
                .isEqualTo("NOT_AUTHORIZED");
    }

    private String login(String mechanism, ScramClient client, SaslChannel channel) throws Exception {
        var exchange = begin(mechanism, channel);
        var challenge = exchange.next(utf8(client.first()));
        return challenge instanceof Outcome.Challenge ? text(exchange.next(utf8(client.last(text(challenge)))))
                : text(challenge);
    }

    @Test void anAttackerThatHidesChannelBindingIsDetected() throws Exception {
        user("pencil");
        var elsewhere = new ScramClient("SHA256", "user", "pencil", "abc", "p=tls-exporter,,", utf8("another channel"));
        assertThat(login("SCRAM-SHA-256-PLUS", elsewhere, bound())).isEqualTo("NOT_AUTHORIZED");
        // this client did not see the offer of -PLUS
        var deceived = new ScramClient("SHA256", "user", "pencil", "abc", "y,,", new byte[0]);
        assertThat(login("SCRAM-SHA-256", deceived, bound())).isEqualTo("NOT_AUTHORIZED");
        var unknown = new ScramClient("SHA256", "user", "pencil", "abc", "p=tls-unique,,", new byte[12]);
        assertThat(login("SCRAM-SHA-256-PLUS", unknown, bound())).isEqualTo("MALFORMED_REQUEST");
    }

    @Test void withoutTlsNoMechanismIsOffered() {
        var insecure = new SaslChannel(false, InetAddress.getLoopbackAddress(), _ -> Optional.empty());
        assertThat(authenticator.mechanisms(insecure)).isEmpty();
        assertThat(authenticator.begin("PLAIN", "example.org", insecure)).isEmpty();
        assertThat(authenticator.begin("SCRAM-SHA-256-PLUS", "example.org", plain()))
                .as("the channel has no binding").isEmpty();
    }

    @Test void plainAcceptsAllSpellingsOfAPasswordThatPrecisMakesEqual() {
        user("pässword\u00a0x");
        assertThat(begin("PLAIN", plain()).next(utf8("\0user\0pässword x"))).isInstanceOf(Outcome.Success.class);
        assertThat(begin("PLAIN", plain()).next(utf8("user@example.org\0USER\0pässword x")))
                .isInstanceOf(Outcome.Success.class);
        assertThat(text(begin("PLAIN", plain()).next(utf8("\0user\0password x")))).isEqualTo("NOT_AUTHORIZED");
    }

    @ParameterizedTest
    @ValueSource(strings = { "\0\0", "user\0pencil", "\0user\0", "\0\0pencil", "\0user\0a\0b",
            "x" }) void plainThatIsBrokenIsMalformed(String message) {
        user("pencil");
        assertThat(text(begin("PLAIN", plain()).next(utf8(message)))).isEqualTo("MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = { "n,,", "n,,n=user", "n,,r=abc", "n,,n=,r=abc", "x,,n=user,r=abc", "n,,m=ext,n=user,r=abc",
            "n,,n=us=er,r=abc", "p,,n=user,r=abc", "n" }) void scramThatIsBrokenIsMalformed(String message) {
        user("pencil");
        assertThat(text(begin("SCRAM-SHA-256", plain()).next(utf8(message)))).isEqualTo("MALFORMED_REQUEST");
    }

    @Test void anEmptyInitialResponseGetsAnEmptyChallenge() {
        user("pencil");
        var exchange = begin("PLAIN", plain());
        assertThat(exchange.next(new byte[0])).isInstanceOf(Outcome.Challenge.class);
        assertThat(exchange.next(utf8("\0user\0pencil"))).isInstanceOf(Outcome.Success.class);
    }

    @Test void anUnknownUserGetsTheSameAnswersAsAKnownOne() throws Exception {
        user("pencil");
        var nobody = new ScramClient("SHA256", "nobody", "pencil", "abc", "n,,", new byte[0]);
        var first = text(begin("SCRAM-SHA-256", plain()).next(utf8(nobody.first())));
        assertThat(text(begin("SCRAM-SHA-256", plain()).next(utf8(nobody.first())))).as("the salt stays")
                .isEqualTo(first);
        assertThat(first).matches("r=abcserver-nonce,s=[A-Za-z0-9+/=]{24},i=4096,h=.*");
        assertThat(login("SCRAM-SHA-256", nobody, plain())).isEqualTo("NOT_AUTHORIZED");
        assertThat(text(begin("PLAIN", plain()).next(utf8("\0nobody\0pencil")))).isEqualTo("NOT_AUTHORIZED");
    }

    @Test void allSpellingsOfANameGetTheSameSalt() {
        user("pencil");
        for (String name : List.of("user", "nobody")) {
            var salts =
                    List.of(name, name.toUpperCase(), name.substring(0, 1).toUpperCase() + name.substring(1)).stream()
                            .map(spelt -> text(begin("SCRAM-SHA-256", plain()).next(utf8("n,,n=" + spelt + ",r=abc"))))
                            .toList();
            assertThat(salts).as(name).containsOnly(salts.getFirst());
        }
    }

    private String challenge(String name) {
        return text(begin("SCRAM-SHA-256", plain()).next(utf8("n,,n=" + name + ",r=abc")));
    }

    private List<String> strangers() {
        return IntStream.range(0, 1000).mapToObj(i -> challenge("nobody" + i)).toList();
    }

    /** Returns iterations as an authenticator shows them once its counts are fresh. */
    private AuthenticatorTest later(Map<Integer, Long> census) {
        var later = new AuthenticatorTest();
        later.census = census;
        return later;
    }

    @Test void iterationsOfUnknownNamesHaveTheDistributionOfAccounts() {
        var strangers = later(Map.of(4096, 700L, 10_000, 300L)).strangers();
        assertThat(strangers.stream().filter(c -> c.contains(",i=4096,")).count()).isBetween(600L, 800L);
        assertThat(strangers.stream().filter(c -> c.contains(",i=10000,")).count()).isBetween(200L, 400L);
    }

    @Test void unknownNamesHaveNewIterationsOnlyIfAnAccountHasThem() { // the setting has changed already
        assertThat(later(Map.of(20_000, 3L)).strangers()).allMatch(c -> c.contains(",i=20000,"));
    }

    @Test void unknownNamesChangeToNewIterationsAndNeverBack() {
        var before = later(Map.of(4096, 90L, 10_000, 10L)).strangers();
        var after = later(Map.of(4096, 60L, 10_000, 40L)).strangers();
        int changed = 0;
        for (int i = 0; i < before.size(); i++) if (!before.get(i).equals(after.get(i))) {
            assertThat(before.get(i)).contains(",i=4096,");
            assertThat(after.get(i)).contains(",i=10000,").as("the salt has changed, too")
                    .doesNotStartWith(before.get(i).replaceFirst(",i=.*", ""));
            changed++;
        }
        assertThat(changed).isBetween(200, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = { "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256",
            "SCRAM-SHA-512" }) void aLoginWithAPasswordThatChangesMeanwhileIsRefused(String mechanism)
                    throws Exception {
        user("pencil");
        var exchange = begin(mechanism, plain());
        Outcome outcome;
        if (mechanism.equals("PLAIN")) outcome = exchange.next(utf8("\0user\0pencil"));
        else {
            var client = new ScramClient(mechanism.replace("SCRAM-SHA-", "SHA"), "user", "pencil", "abc", "n,,",
                    new byte[0]);
            var challenge = text(exchange.next(utf8(client.first())));
            outcome = exchange.next(utf8(client.last(challenge)));
        }
        var objection = ((Outcome.Success) outcome).user().objection();
        assertThat(objection.get()).isEmpty();
        accounts.setVerifiers(accounts.find(USER).orElseThrow().key(),
                new ScramPasswordHasher(() -> 4096).verifiers("pencil")); // to the same password
        assertThat(objection.get()).contains(SaslError.NOT_AUTHORIZED);
        accounts.delete(accounts.find(USER).orElseThrow().key());
        assertThat(objection.get()).contains(SaslError.NOT_AUTHORIZED);
    }

    @Test void anUnknownUserHasAnotherSaltOnEachHost() {
        var salts = List.of("example.org", "example.com", "EXAMPLE.org").stream()
                .map(host -> text(authenticator.begin("SCRAM-SHA-256", host, plain()).orElseThrow()
                        .next(utf8("n,,n=nobody,r=abc"))))
                .toList();
        assertThat(salts.get(0)).isNotEqualTo(salts.get(1)).isEqualTo(salts.get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = { "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256",
            "SCRAM-SHA-512" }) void anUnknownUserCostsTheSameWorkAsAKnownOne(String mechanism) throws Exception {
        user("pencil");
        assertThat(work(mechanism, "nobody")).isEqualTo(work(mechanism, "user")).isPositive();
    }

    /** Returns the number of HMACs that a failed login computes. */
    private int work(String mechanism, String name) throws Exception {
        try (var hmacs = new CountedHmacs()) {
            if (mechanism.equals("PLAIN")) assertThat(guess(name)).isEqualTo("NOT_AUTHORIZED");
            else assertThat(login(mechanism,
                    new ScramClient(mechanism.replace("SCRAM-SHA-", "SHA"), name, "wrong", "abc", "n,,", new byte[0]),
                    plain())).isEqualTo("NOT_AUTHORIZED");
            return hmacs.computed();
        }
    }

    @Test void anIpv6NetworkIsThrottledAsOneAddress() throws Exception {
        user("pencil");
        for (int i = 0; i < 5; i++) assertThat(guessFrom("2001:db8::" + (i + 1))).isEqualTo("NOT_AUTHORIZED");
        assertThat(guessFrom("2001:db8::ffff:1:2:3")).as("the same /64").isEqualTo("TEMPORARY_AUTH_FAILURE");
        assertThat(guessFrom("2001:db8:0:1::1")).as("another /64").isEqualTo("NOT_AUTHORIZED");
    }

    private String guessFrom(String address) throws Exception {
        var channel = new SaslChannel(true, InetAddress.getByName(address), _ -> Optional.empty());
        return text(begin("PLAIN", channel).next(utf8("\0user\0wrong")));
    }

    @Test void onlyAClientWithThePasswordLearnsThatAnAccountIsDisabled() {
        user("pencil");
        accounts.setEnabled(accounts.find(USER).orElseThrow().key(), false);
        assertThat(text(begin("PLAIN", plain()).next(utf8("\0user\0wrong")))).isEqualTo("NOT_AUTHORIZED");
        assertThat(text(begin("PLAIN", plain()).next(utf8("\0user\0pencil")))).isEqualTo("ACCOUNT_DISABLED");
    }

    @Test void aUserMustNotActForAnother() {
        user("pencil");
        assertThat(text(begin("PLAIN", plain()).next(utf8("admin@example.org\0user\0pencil"))))
                .isEqualTo("INVALID_AUTHZID");
    }

    @Test void eachFailedLoginMakesTheWaitLongerForUnknownAccountsToo() {
        for (String name : List.of("user", "nobody")) {
            var fresh = new AuthenticatorTest();
            fresh.user("pencil");
            assertThat(fresh.guesses(name, 5)).as(name).containsOnly("NOT_AUTHORIZED");
            assertThat(fresh.guess(name)).as(name).isEqualTo("TEMPORARY_AUTH_FAILURE");
            fresh.now = fresh.now.plus(Duration.ofSeconds(16));
            assertThat(fresh.guess(name)).as(name).isEqualTo("NOT_AUTHORIZED");
            fresh.now = fresh.now.plus(Duration.ofSeconds(16));
            assertThat(fresh.guess(name)).as("%s: the wait has doubled", name).isEqualTo("TEMPORARY_AUTH_FAILURE");
        }
    }

    @Test void guessesFromOtherAddressesDoNotLockOutTheUser() throws Exception {
        user("pencil");
        guesses("user", 8);
        var owner = new SaslChannel(true, InetAddress.getByName("192.0.2.1"), _ -> Optional.empty());
        assertThat(begin("PLAIN", owner).next(utf8("\0user\0pencil"))).isInstanceOf(Outcome.Success.class);
    }

    private List<String> guesses(String name, int times) {
        return java.util.stream.IntStream.range(0, times).mapToObj(_ -> guess(name)).toList();
    }

    private String guess(String name) { return text(begin("PLAIN", plain()).next(utf8("\0" + name + "\0wrong"))); }
}
