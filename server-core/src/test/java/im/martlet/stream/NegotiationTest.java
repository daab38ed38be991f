package im.martlet.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.Authenticator;
import im.martlet.auth.Channel;
import im.martlet.auth.MemoryAccounts;
import im.martlet.auth.Throttling;
import im.martlet.auth.UnknownUsers;
import im.martlet.net.Transport.ChannelBinding;
import im.martlet.xml.Element;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of negotiation: what is on offer in a state, and what each request leads to in it. No sockets. */
class NegotiationTest {
    private final Sasl sasl = new Sasl(new Authenticator(new MemoryAccounts(), new Throttling(() -> 1000, java.time.InstantSource.system()), new UnknownUsers(new byte[32], _ -> Map.of(), () -> 4096)));
    private final List<StreamFeature> features = List.of(new StartTls(), sasl, new Bind(),
            new StreamManagement(() -> new StreamManagement.Settings(java.time.Duration.ofMinutes(10), "", 25, new im.martlet.config.ByteSize(512 * 1024))));

    private static Channel channel(boolean secure, boolean bindable) {
        return new Channel(secure, InetAddress.getLoopbackAddress(),
                type -> bindable && type == ChannelBinding.TLS_EXPORTER ? Optional.of(new byte[32]) : Optional.empty());
    }

    private static StreamState state(String name) {
        return switch (name) {
            case "open" -> StreamState.opened("localhost", channel(false, false));
            case "secure" -> StreamState.opened("localhost", channel(true, true));
            case "unbindable" -> StreamState.opened("localhost", channel(true, false));
            case "authenticated" -> StreamState.opened("localhost", channel(true, true)).authenticated(Jid.parse("juliet@localhost"), "PLAIN");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Element element(String request) {
        return switch (request) {
            case "starttls" -> Element.of(StartTls.NS, "starttls");
            case "auth-plain" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("AGEAYg==");
            case "auth-scram" -> Element.of(Sasl.NS, "auth").with("mechanism", "SCRAM-SHA-256").withText("biwsbj1hLHI9YWJj"); // n,,n=a,r=abc
            case "auth-anonymous" -> Element.of(Sasl.NS, "auth").with("mechanism", "ANONYMOUS");
            case "auth-none" -> Element.of(Sasl.NS, "auth");
            case "auth-garbage" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("*");
            case "auth-short" -> Element.of(Sasl.NS, "auth").with("mechanism", "PLAIN").withText("YWI=");
            case "response" -> Element.of(Sasl.NS, "response").withText("YQ==");
            case "abort" -> Element.of(Sasl.NS, "abort");
            case "success" -> Element.of(Sasl.NS, "success");
            case "bind" -> Element.of("jabber:client", "iq").with("type", "set").with("id", "1").with(Element.of(Bind.NS, "bind"));
            case "enable" -> Element.of("urn:xmpp:sm:3", "enable");
            case "resume" -> Element.of("urn:xmpp:sm:3", "resume").with("previd", "a").with("h", 0);
            case "resume-nothing" -> Element.of("urn:xmpp:sm:3", "resume").with("h", 0);
            case "resume-far" -> Element.of("urn:xmpp:sm:3", "resume").with("previd", "a").with("h", "4294967296");
            default -> throw new IllegalArgumentException(request);
        };
    }

    private static String told(Step step) {
        return switch (step) {
            case Step.Reply(var xml, _) -> xml.name() + xml.children().stream().map(e -> " " + e.name()).collect(Collectors.joining());
            case Step.Restart(var xml, _, _) -> "restart " + xml.name();
            case Step.Secure(var xml) -> "secure " + xml.name();
            case Step.Refuse(var xml) -> "close " + xml.name();
            case Step.Fail(var error) -> "end " + error.condition().name();
            case Step.Bind _ -> "bind";
            case Step.Resume _ -> "resume";
        };
    }

    @ParameterizedTest @CsvSource({
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
        "secure, response, failure malformed-request", // §6.5.9: nothing was begun
        "secure, abort, failure aborted",
        "secure, success, end UNSUPPORTED_STANZA_TYPE",
        "secure, bind, end NOT_AUTHORIZED",
        "authenticated, starttls, close failure",
        "authenticated, auth-plain, end POLICY_VIOLATION",
        "authenticated, response, end POLICY_VIOLATION",
        "authenticated, abort, end POLICY_VIOLATION",
        "authenticated, success, end POLICY_VIOLATION",
        "authenticated, bind, bind",
        "open, enable, failed unexpected-request", // XEP-0198 §3
        "secure, enable, failed unexpected-request",
        "secure, resume, failed unexpected-request",
        "authenticated, enable, failed unexpected-request",
        "authenticated, resume, resume",
        "authenticated, resume-nothing, failed bad-request",
        "authenticated, resume-far, failed bad-request"})
    void eachRequestLeadsWhereTheRfcSays(String state, String request, String leadsTo) {
        assertThat(told(negotiate(request, state(state)))).isEqualTo(leadsTo);
    }

    @ParameterizedTest @CsvSource({
        "open, starttls",
        "secure, mechanisms sasl-channel-binding",
        "unbindable, mechanisms",
        "authenticated, bind sm"})
    void onOfferIsWhatCanBeDoneNext(String state, String offers) {
        assertThat(features.stream().flatMap(f -> f.offer(state(state)).stream()).map(Element::name).collect(Collectors.joining(" "))).isEqualTo(offers);
    }

    @ParameterizedTest @CsvSource({"response, failure malformed-request", "auth-plain, failure malformed-request", "abort, failure aborted"})
    void anExchangeUnderWayTakesAResponseAndNothingElse(String request, String leadsTo) {
        var begun = (Step.Reply) sasl.negotiate(element("auth-scram"), state("secure"));
        assertThat(told(sasl.negotiate(element(request), begun.state()))).isEqualTo(leadsTo);
    }

    /** What comes twice, or before the answer to the first: each is judged in the state that the one before it led to. */
    @ParameterizedTest @CsvSource({
        "open, starttls, starttls, secure proceed, secure proceed", // the second is in the clear, and so never read: see StreamTest
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
        "authenticated, bind, bind, bind, bind"}) // the second waits for the first, and is then a request like any other
    void whatFollowsIsJudgedInTheStateThatCameOfIt(String state, String first, String second, String leadsTo, String thenTo) {
        var step = negotiate(first, state(state));
        assertThat(told(step)).isEqualTo(leadsTo);
        assertThat(told(negotiate(second, step instanceof Step.Reply(_, var next) ? next : state(state)))).isEqualTo(thenTo);
    }

    private Step negotiate(String request, StreamState state) {
        var xml = element(request);
        return features.stream().filter(f -> f.accepts(xml)).findFirst().orElseThrow().negotiate(xml, state);
    }

    @ParameterizedTest @CsvSource({"auth-anonymous", "abort", "auth-garbage"})
    void whoFailsTooOftenIsSentAway(String request) {
        Step step = new Step.Reply(element("abort"), state("secure"));
        int failures = 0;
        while (step instanceof Step.Reply(_, var next)) {
            step = sasl.negotiate(element(request), next);
            failures++;
        }
        assertThat(told(step)).isEqualTo("end POLICY_VIOLATION");
        assertThat(failures).isEqualTo(8);
    }
}
