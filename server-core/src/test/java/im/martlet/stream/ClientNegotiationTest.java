package im.martlet.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.Authenticator;
import im.martlet.auth.FastTokens;
import im.martlet.auth.InstallationKey;
import im.martlet.auth.LoginThrottle;
import im.martlet.auth.MemoryAccounts;
import im.martlet.auth.MemoryTokens;
import im.martlet.auth.SaslChannel;
import im.martlet.auth.ScramPasswordHasher;
import im.martlet.auth.UnknownUsers;
import im.martlet.extension.Kernel;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.net.Transport.ChannelBinding;
import im.martlet.xml.Element;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the negotiation as tables: the offers in each state, and the result of each request. Without sockets. */
class ClientNegotiationTest {
    private static final String PHONE = "d4565fa7-4d72-4749-b3d3-740edbf87770";
    private static final String FAST = "urn:xmpp:fast:0";

    private final MemoryAccounts accounts = new MemoryAccounts();
    private final FastTokens tokens = MemoryTokens.tokens(accounts);
    private final Authenticator authenticator =
            new Authenticator(accounts, new LoginThrottle(() -> 1000, java.time.InstantSource.system()),
                    new UnknownUsers(new byte[32], _ -> Map.of(), () -> 4096), tokens);
    private final Sasl sasl = new Sasl(authenticator);
    private final StreamManagement management =
            new StreamManagement(() -> new StreamManagement.Settings(java.time.Duration.ofMinutes(10), "", 25,
                    new im.martlet.config.ByteSize(512 * 1024)));
    private final Sasl2 sasl2 = new Sasl2(authenticator, new Fast(tokens),
            new Bind2(() -> new Kernel(Set.of(management)), new InstallationKey(new byte[32])), management);
    private final List<StreamFeature> features = List.of(new StartTls(), sasl, new Bind(), management, sasl2);

    @BeforeEach void createJuliet() {
        accounts.create(Jid.parse("juliet@localhost"), new ScramPasswordHasher(() -> 4096).verifiers("pencil"));
    }

    private static SaslChannel channel(boolean secure, boolean bindable) {
        return new SaslChannel(secure, InetAddress.getLoopbackAddress(),
                type -> bindable && type == ChannelBinding.TLS_EXPORTER ? Optional.of(new byte[32]) : Optional.empty());
    }

    private static StreamState state(String name) {
        return switch (name) {
            case "open" -> StreamState.opened("localhost", channel(false, false));
            case "secure" -> StreamState.opened("localhost", channel(true, true));
            case "unbindable" -> StreamState.opened("localhost", channel(true, false));
            case "from-another" ->
                    StreamState.opened("localhost", channel(true, true), Optional.of(Jid.parse("romeo@localhost")));
            case "bound" -> state("authenticated").bound();
            case "authenticated" -> StreamState.opened("localhost", channel(true, true))
                    .authenticated(Jid.parse("juliet@localhost"), "PLAIN");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Element element(String request) {
        return switch (request) {
            case "starttls" -> Element.of(StartTls.NS, "starttls");
            case "auth-plain" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("AGEAYg==");
            case "auth-scram" -> // the text is n,,n=a,r=abc
                    Element.of(Sasl.NS, "auth").with("mechanism", "SCRAM-SHA-256").withText("biwsbj1hLHI9YWJj");
            case "auth-anonymous" -> Element.of(Sasl.NS, "auth").with("mechanism", "ANONYMOUS");
            case "auth-none" -> Element.of(Sasl.NS, "auth");
            case "auth-garbage" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("*");
            case "auth-short" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("YWI=");
            case "response" -> Element.of(Sasl.NS, "response").withText("YQ==");
            case "abort" -> Element.of(Sasl.NS, "abort");
            case "success" -> Element.of(Sasl.NS, "success");
            case "bind" -> Element.of("jabber:client", "iq").with("type", "set").with("id", "1")
                    .with(Element.of(Bind.NS, "bind"));
            case "authenticate-plain" -> authenticate("PLAIN", "AGEAYg==");
            case "authenticate-juliet" -> authenticate("PLAIN", "AGp1bGlldABwZW5jaWw=");
            case "authenticate-scram" -> authenticate("SCRAM-SHA-256", "biwsbj1hLHI9YWJj");
            case "authenticate-silent" -> Element.of(Sasl2.NS, "authenticate").with("mechanism", "SCRAM-SHA-256");
            case "authenticate-anonymous" -> Element.of(Sasl2.NS, "authenticate").with("mechanism", "ANONYMOUS");
            case "authenticate-none" -> Element.of(Sasl2.NS, "authenticate");
            case "authenticate-garbage" -> authenticate("PLAIN", "*");
            case "authenticate-equals" -> authenticate("PLAIN", "=");
            case "authenticate-short" -> authenticate("PLAIN", "YWI=");
            case "authenticate-agent" -> authenticate("PLAIN", "AGEAYg==").with(agent("not a uuid"));
            case "authenticate-token" -> authenticate("HT-SHA-256-NONE", "YQA" + "A".repeat(43)).with(agent(PHONE))
                    .with(Element.of(FAST, "fast"));
            case "authenticate-token-malformed" ->
                    authenticate("HT-SHA-256-NONE", "YQAA").with(agent(PHONE)).with(Element.of(FAST, "fast"));
            case "authenticate-token-undeclared" -> authenticate("HT-SHA-256-NONE", "YQAA").with(agent(PHONE));
            case "authenticate-token-without-client" ->
                    authenticate("HT-SHA-256-NONE", "YQAA").with(Element.of(FAST, "fast"));
            case "authenticate-token-bad-count" -> authenticate("HT-SHA-256-NONE", "YQAA").with(agent(PHONE))
                    .with(Element.of(FAST, "fast").with("count", "0"));
            case "authenticate-token-password" ->
                    authenticate("PLAIN", "AGEAYg==").with(agent(PHONE)).with(Element.of(FAST, "fast"));
            case "response-2" -> Element.of(Sasl2.NS, "response").withText("YQ==");
            case "abort-2" -> Element.of(Sasl2.NS, "abort");
            case "next-2" -> Element.of(Sasl2.NS, "next").with("task", "TOTP");
            case "success-2" -> Element.of(Sasl2.NS, "success");
            case "enable" -> Element.of("urn:xmpp:sm:3", "enable");
            case "resume" -> Element.of("urn:xmpp:sm:3", "resume").with("previd", "a").with("h", 0);
            case "resume-nothing" -> Element.of("urn:xmpp:sm:3", "resume").with("h", 0);
            case "resume-far" -> Element.of("urn:xmpp:sm:3", "resume").with("previd", "a").with("h", "4294967296");
            default -> throw new IllegalArgumentException(request);
        };
    }

    private static Element authenticate(String mechanism, String response) {
        return Element.of(Sasl2.NS, "authenticate").with("mechanism", mechanism)
                .with(Element.of(Sasl2.NS, "initial-response").withText(response));
    }

    private static Element agent(String id) { return Element.of(Sasl2.NS, "user-agent").with("id", id); }

    private static String describe(Step step) {
        return switch (step) {
            case Step.Reply(var xml, _) ->
                    xml.name() + xml.children().stream().map(e -> " " + e.name()).collect(Collectors.joining());
            case Step.Login(_, var then) -> "login, " + describe(then.get());
            case Step.Restart(var xml) -> "restart " + xml.name();
            case Step.Proceed login -> "proceed" + login.first().map(first -> " " + describe(first)).orElse("")
                    + login.session().map(_ -> " session").orElse("");
            case Step.Secure(var xml) -> "secure " + xml.name();
            case Step.Refuse(var xml) -> "close " + xml.name();
            case Step.Fail(var error) -> "end " + error.condition().name();
            case Step.Bind _ -> "bind";
            case Step.Resume _ -> "resume";
        };
    }

    @ParameterizedTest
    @CsvSource({
            "open, starttls, secure proceed",
            "open, auth-plain, failure encryption-required",
            "open, auth-scram, failure encryption-required",
            "open, response, failure encryption-required",
            "open, abort, failure encryption-required",
            "open, success, failure encryption-required",
            "open, bind, end NOT_AUTHORIZED",
            "secure, starttls, close failure", // RFC 6120 §5.4.2.2
            "secure, auth-plain, failure not-authorized",
            "secure, auth-scram, challenge",
            "secure, auth-anonymous, failure invalid-mechanism",
            "secure, auth-none, failure invalid-mechanism",
            "secure, auth-garbage, failure incorrect-encoding",
            "secure, auth-short, failure malformed-request",
            "secure, response, failure malformed-request", // §6.5.9: no authentication is under way
            "secure, abort, failure aborted",
            "secure, success, end UNSUPPORTED_STANZA_TYPE",
            "secure, bind, end NOT_AUTHORIZED",
            "authenticated, starttls, close failure",
            "authenticated, auth-plain, end POLICY_VIOLATION",
            "authenticated, response, end POLICY_VIOLATION",
            "authenticated, abort, end POLICY_VIOLATION",
            "authenticated, success, end POLICY_VIOLATION",
            "authenticated, bind, bind",
            "open, authenticate-plain, failure encryption-required", // XEP-0388 §3
            "secure, authenticate-plain, failure not-authorized",
            "secure, authenticate-juliet, 'login, proceed'",
            "from-another, authenticate-juliet, failure invalid-authzid text", // §2.3
            "secure, authenticate-scram, challenge",
            "secure, authenticate-silent, challenge",
            "secure, authenticate-anonymous, failure invalid-mechanism",
            "secure, authenticate-none, failure invalid-mechanism",
            "secure, authenticate-garbage, failure incorrect-encoding",
            "secure, authenticate-equals, failure incorrect-encoding", // §2.2: empty data has no sign
            "secure, authenticate-short, failure malformed-request",
            "secure, authenticate-agent, failure malformed-request text",
            "secure, authenticate-token, failure not-authorized",
            "secure, authenticate-token-malformed, failure malformed-request",
            "secure, authenticate-token-undeclared, failure invalid-mechanism", // XEP-0484 §3.4
            "secure, authenticate-token-without-client, failure malformed-request text",
            "secure, authenticate-token-bad-count, failure malformed-request text",
            "secure, authenticate-token-password, failure invalid-mechanism",
            "secure, response-2, failure malformed-request",
            "secure, abort-2, failure aborted",
            "secure, next-2, failure malformed-request text",
            "secure, success-2, end UNSUPPORTED_STANZA_TYPE",
            "authenticated, authenticate-plain, end POLICY_VIOLATION", // XEP-0388 §4.8
            "authenticated, response-2, end POLICY_VIOLATION",
            "open, enable, failed unexpected-request", // XEP-0198 §3
            "secure, enable, failed unexpected-request",
            "secure, resume, failed unexpected-request",
            "authenticated, enable, failed unexpected-request",
            "authenticated, resume, resume",
            "authenticated, resume-nothing, failed bad-request",
            "authenticated, resume-far, failed bad-request" }) void eachRequestHasTheResultOfTheRfc(String state,
                    String request, String leadsTo) {
        assertThat(describe(negotiate(request, state(state)))).isEqualTo(leadsTo);
    }

    @ParameterizedTest
    @CsvSource({
            "open, starttls",
            "secure, mechanisms sasl-channel-binding authentication",
            "unbindable, mechanisms authentication",
            "authenticated, bind sm",
            "bound, ''" }) void eachStateOffersThePossibleNextSteps(String state, String offers) {
        assertThat(features.stream().flatMap(f -> f.offer(state(state)).stream()).map(Element::name)
                .collect(Collectors.joining(" "))).isEqualTo(offers);
    }

    @ParameterizedTest
    @CsvSource({ "response, failure malformed-request", "auth-plain, failure malformed-request",
            "abort, failure aborted" }) void exchangeUnderWayAcceptsOnlyAResponse(String request,
                    String leadsTo) {
        var begun = (Step.Reply) sasl.negotiate(element("auth-scram"), state("secure"));
        assertThat(describe(sasl.negotiate(element(request), begun.state()))).isEqualTo(leadsTo);
    }

    @ParameterizedTest
    @CsvSource({ "response-2, failure malformed-request", "authenticate-scram, end POLICY_VIOLATION",
            "abort-2, failure aborted",
            "next-2, failure malformed-request text" }) void loginUnderWayAcceptsAResponseOrAnAbort(String request,
                    String leadsTo) { // XEP-0388 §2.4; all else ends the stream: see LoginTest
        var begun = (Step.Reply) sasl2.negotiate(element("authenticate-scram"), state("secure"));
        assertThat(describe(sasl2.negotiate(element(request), begun.state()))).isEqualTo(leadsTo);
    }

    @Test void exchangeContinuesInTheProfileThatBeganIt() {
        var old = (Step.Reply) sasl.negotiate(element("auth-scram"), state("secure"));
        assertThat(describe(sasl2.negotiate(element("response-2"), old.state())))
                .isEqualTo("failure malformed-request");
        assertThat(describe(sasl2.negotiate(element("authenticate-scram"), old.state())))
                .isEqualTo("end POLICY_VIOLATION");
    }

    @Test void requestsWithALoginAreCarriedOutInOrder() {
        var both = element("authenticate-juliet").with(Element.of("urn:xmpp:bind:0", "bind")).with(element("resume"));
        assertThat(describe(sasl2.negotiate(both, state("secure")))).isEqualTo("login, proceed resume session");
        assertThat(
                describe(sasl2.negotiate(element("authenticate-juliet").with(element("resume-nothing")),
                        state("secure"))))
                .isEqualTo("login, proceed failed bad-request");
        assertThat(describe(sasl2.negotiate(element("authenticate-plain").with(element("resume")), state("secure"))))
                .as("a failed login carries out no request").isEqualTo("failure not-authorized");
    }

    /**
     * A second request may come before the reply to the first. It is judged in the state that the first one led to.
     */
    @ParameterizedTest
    @CsvSource({
            // ClientStream drops the second one, which is unencrypted: see StreamTest
            "open, starttls, starttls, secure proceed, secure proceed",
            "secure, starttls, starttls, close failure, close failure",
            "secure, auth-scram, auth-scram, challenge, failure malformed-request",
            "secure, auth-scram, auth-plain, challenge, failure malformed-request",
            "secure, auth-scram, response, challenge, failure malformed-request",
            "secure, auth-scram, abort, challenge, failure aborted",
            "secure, auth-scram, success, challenge, end UNSUPPORTED_STANZA_TYPE",
            "secure, auth-scram, bind, challenge, end NOT_AUTHORIZED",
            "secure, auth-scram, starttls, challenge, close failure",
            "secure, auth-plain, auth-plain, failure not-authorized, failure not-authorized",
            "secure, auth-plain, response, failure not-authorized, failure malformed-request",
            "secure, abort, abort, failure aborted, failure aborted",
            "authenticated, bind, bind, bind, bind" }) // the second waits for the result of the first
    void secondRequestIsJudgedInTheStateAfterTheFirst(String state, String first, String second, String leadsTo,
            String thenTo) {
        var step = negotiate(first, state(state));
        assertThat(describe(step)).isEqualTo(leadsTo);
        assertThat(describe(negotiate(second, step instanceof Step.Reply(_, var next) ? next : state(state))))
                .isEqualTo(thenTo);
    }

    private Step negotiate(String request, StreamState state) {
        var xml = element(request);
        return features.stream().filter(f -> f.accepts(xml)).findFirst().orElseThrow().negotiate(xml, state);
    }

    @ParameterizedTest
    @CsvSource({ "auth-anonymous", "abort", "auth-garbage", "authenticate-anonymous", "abort-2",
            "authenticate-garbage" }) void tooManyFailuresEndTheStream(String request) {
        Step step = new Step.Reply(element("abort"), state("secure"));
        int failures = 0;
        while (step instanceof Step.Reply(_, var next)) {
            step = negotiate(request, next);
            failures++;
        }
        assertThat(describe(step)).isEqualTo("end POLICY_VIOLATION");
        assertThat(failures).isEqualTo(8);
    }
}
