package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests every condition of RFC 6120, §4.9.3 for streams and §8.3.3 for stanzas. A client provokes each condition that a
 * client can provoke. The others are listed with the reason.
 */
class ConditionsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='%s' to='%s'>";

    /** Violates a rule, and returns the condition of the error. */
    private interface Provocation {
        String condition() throws Exception;
    }

    private static final Map<StreamError.Condition, Provocation> STREAM = new EnumMap<>(Map.ofEntries(
            Map.entry(StreamError.Condition.BAD_FORMAT, () -> afterHeader("hello?")),
            Map.entry(StreamError.Condition.BAD_NAMESPACE_PREFIX, () -> afterHeader("<foo:message/>")),
            Map.entry(StreamError.Condition.CONFLICT, ConditionsTest::resourceTaken),
            Map.entry(StreamError.Condition.CONNECTION_TIMEOUT, ConditionsTest::silence),
            Map.entry(StreamError.Condition.HOST_UNKNOWN, () -> header(HEADER.formatted("1.0", "nowhere.example"))),
            Map.entry(StreamError.Condition.INVALID_FROM, () -> loggedIn("<message from='somebody@else.example'/>")),
            Map.entry(StreamError.Condition.INVALID_NAMESPACE,
                    () -> header(HEADER.formatted("1.0", "localhost").replace("etherx", "other"))),
            Map.entry(StreamError.Condition.INVALID_XML, () -> managed("<a xmlns='urn:xmpp:sm:3' h='none'/>")),
            Map.entry(StreamError.Condition.NOT_AUTHORIZED,
                    () -> afterHeader("<message to='juliet@localhost'><body>early</body></message>")),
            Map.entry(StreamError.Condition.NOT_WELL_FORMED, () -> loggedIn("<message><body></message>")),
            Map.entry(StreamError.Condition.POLICY_VIOLATION, () -> loggedIn("<message><body>" + "x".repeat(270_000))),
            Map.entry(StreamError.Condition.RESTRICTED_XML, () -> loggedIn("<message><!-- psst --></message>")),
            // XEP-0198 §4 has its own condition
            Map.entry(StreamError.Condition.UNDEFINED_CONDITION, () -> managed("<a xmlns='urn:xmpp:sm:3' h='99'/>")),
            Map.entry(StreamError.Condition.UNSUPPORTED_ENCODING,
                    () -> header("<?xml version='1.0' encoding='ISO-8859-1'?>" + HEADER.formatted("1.0", "localhost"))),
            Map.entry(StreamError.Condition.UNSUPPORTED_STANZA_TYPE, () -> loggedIn("<river xmlns='jabber:client'/>")),
            Map.entry(StreamError.Condition.UNSUPPORTED_VERSION, () -> header(HEADER.formatted("2.0", "localhost")))));

    private static final Map<StreamError.Condition, String> NO_CLIENT_ENDS_A_STREAM_WITH = new EnumMap<>(Map.of(
            StreamError.Condition.HOST_GONE, "an admin removes the host: ReloadTest",
            StreamError.Condition.IMPROPER_ADDRESSING,
            "clients may leave addresses out; servers must not: ForgeriesTest",
            StreamError.Condition.INTERNAL_SERVER_ERROR,
            "a bug, or a database that fails during a resumption",
            StreamError.Condition.REMOTE_CONNECTION_FAILED,
            "a login needs only the server and its database",
            StreamError.Condition.RESET, "an admin closes a stream with another server",
            StreamError.Condition.RESOURCE_CONSTRAINT,
            "a connection over the limit is closed before it has a stream: HostileClientsTest",
            StreamError.Condition.SEE_OTHER_HOST, "there is only one server; StreamErrorTest writes this condition",
            StreamError.Condition.SYSTEM_SHUTDOWN, "an admin stops the server: StartTest, RestartTest",
            StreamError.Condition.UNSUPPORTED_FEATURE,
            "only the initiator of a stream sends it, for a missing feature"));

    private static final Map<StanzaError.Condition, Provocation> STANZA = new EnumMap<>(Map.ofEntries(
            Map.entry(StanzaError.Condition.BAD_REQUEST, () -> stanza("<iq type='get' id='1'/>")),
            Map.entry(StanzaError.Condition.CONFLICT, ConditionsTest::nameTaken),
            Map.entry(StanzaError.Condition.FEATURE_NOT_IMPLEMENTED, () -> stanza(
                    "<iq type='set' id='1'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><index>7</index></set></query></iq>")),
            Map.entry(StanzaError.Condition.FORBIDDEN, () -> stanza(
                    "<iq type='get' id='1' to='proxy.other.example'><query xmlns='http://jabber.org/protocol/bytestreams'/></iq>")),
            Map.entry(StanzaError.Condition.ITEM_NOT_FOUND, () -> stanza(
                    "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='nobody@localhost' subscription='remove'/></query></iq>")),
            Map.entry(StanzaError.Condition.JID_MALFORMED, () -> stanza("<message id='1' to='@'/>")),
            Map.entry(StanzaError.Condition.NOT_ACCEPTABLE, () -> stanza(
                    "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@localhost'><group/></item></query></iq>")),
            Map.entry(StanzaError.Condition.NOT_ALLOWED, () -> stanza(
                    "<iq type='set' id='1' to='localhost'><query xmlns='jabber:iq:register'><username>another</username><password>x</password></query></iq>")),
            Map.entry(StanzaError.Condition.NOT_AUTHORIZED, () -> stanza(
                    "<iq type='set' id='1' to='proxy.localhost'><query xmlns='http://jabber.org/protocol/bytestreams' sid='x'><activate>a@b.example</activate></query></iq>")),
            Map.entry(StanzaError.Condition.POLICY_VIOLATION,
                    () -> stanza("<iq type='set' id='1'><prefs xmlns='urn:xmpp:mam:2' default='always'><always>"
                            + IntStream.range(0, 2000).mapToObj(i -> "<jid>a" + i + "@localhost</jid>")
                                    .collect(Collectors.joining())
                            + "</always><never/></prefs></iq>")),
            Map.entry(StanzaError.Condition.RECIPIENT_UNAVAILABLE, ConditionsTest::goneWithoutAnAnswer),
            Map.entry(StanzaError.Condition.REGISTRATION_REQUIRED, ConditionsTest::noMember),
            Map.entry(StanzaError.Condition.REMOTE_SERVER_NOT_FOUND,
                    () -> stanza("<message id='1' to='juliet@nowhere.example'/>")),
            Map.entry(StanzaError.Condition.REMOTE_SERVER_TIMEOUT, ConditionsTest::nobodyListensThere),
            Map.entry(StanzaError.Condition.RESOURCE_CONSTRAINT, ConditionsTest::oneSessionTooMany),
            Map.entry(StanzaError.Condition.SERVICE_UNAVAILABLE,
                    () -> stanza("<iq type='get' id='1'><query xmlns='urn:nothing'/></iq>")),
            Map.entry(StanzaError.Condition.UNEXPECTED_REQUEST, ConditionsTest::managedTwice)));

    private static final Map<StanzaError.Condition, String> NO_CLIENT_IS_ANSWERED = new EnumMap<>(Map.of(
            StanzaError.Condition.GONE,
            "a deleted account looks like an account that never existed",
            StanzaError.Condition.INTERNAL_SERVER_ERROR, "a bug, or a database that fails: OutageTest",
            StanzaError.Condition.REDIRECT, "no address redirects to another",
            StanzaError.Condition.SUBSCRIPTION_REQUIRED, "to a stranger an account looks like no account",
            StanzaError.Condition.UNDEFINED_CONDITION, "every error has a defined condition"));

    @TestFactory Stream<DynamicTest> violationEndsStreamWithCondition() { return provoke(STREAM); }

    @TestFactory Stream<DynamicTest> stanzaIsRejectedWithCondition() { return provoke(STANZA); }

    private static Stream<DynamicTest> provoke(Map<? extends Enum<?>, Provocation> table) {
        return table.entrySet().stream().map(e -> DynamicTest.dynamicTest(elementName(e.getKey()),
                () -> assertThat(e.getValue().condition()).isEqualTo(elementName(e.getKey()))));
    }

    private static String elementName(Enum<?> condition) {
        return condition.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test void everyConditionOfTheRfcIsInOneTable() {
        assertCovered(List.of(StreamError.Condition.values()), STREAM.keySet(), NO_CLIENT_ENDS_A_STREAM_WITH.keySet());
        assertCovered(List.of(StanzaError.Condition.values()), STANZA.keySet(), NO_CLIENT_IS_ANSWERED.keySet());
    }

    private static <C> void assertCovered(Collection<C> all, Collection<C> provoked, Collection<C> explained) {
        assertThat(provoked).doesNotContainAnyElementsOf(explained);
        var covered = new HashSet<>(provoked);
        covered.addAll(explained);
        assertThat(covered).containsExactlyInAnyOrderElementsOf(all);
    }

    // ---- streams

    private static String header(String header) throws Exception {
        try (var client = SERVER.connect()) {
            return client.send(header).hear().streamError();
        }
    }

    private static String afterHeader(String xml) throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            return client.send(xml).streamError();
        }
    }

    private static String loggedIn(String xml) throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            return client.send(xml).streamError();
        }
    }

    private static String managed(String xml) throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.send("<enable xmlns='urn:xmpp:sm:3'/>");
            assertThat(client.receive().name()).isEqualTo("enabled");
            return client.send(xml).streamError();
        }
    }

    private static String resourceTaken() throws Exception {
        var account = SERVER.account("romeo");
        try (var first = SERVER.login(account, "x"); var second = SERVER.login(account, "x")) {
            second.fence();
            return first.streamError();
        }
    }

    private static String silence() throws Exception {
        try (var quick =
                LocalServer.start(LocalServer.SETTINGS.replace("[limits]", "[limits]\ntime_to_login = '1s'"));
                var client = quick.connect().open("localhost")) {
            return client.streamError();
        }
    }

    // ---- stanzas

    private static String stanza(String xml) throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            return answer(client.send(xml).receive());
        }
    }

    private static String answer(ReceivedXml stanza) {
        assertThat(stanza.attribute("type")).as(stanza.toString()).isEqualTo("error");
        return stanza.child("error").orElseThrow().children().getFirst().name();
    }

    private static String nameTaken() throws Exception {
        var account = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            return answer(client.send("<iq type='set' id='1'><query xmlns='jabber:iq:register'><username>"
                    + account.local() + "</username><password>x</password></query></iq>").receive());
        }
    }

    private static String goneWithoutAnAnswer() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x");
                var juliet = SERVER.login(SERVER.account("juliet"), "x")) {
            juliet.send("<enable xmlns='urn:xmpp:sm:3'/>"); // so that the server knows the undelivered stanzas
            assertThat(juliet.receive().name()).isEqualTo("enabled");
            romeo.send("<iq type='get' id='1' to='" + juliet.jid() + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(juliet.receive().attribute("id")).isEqualTo("1");
            juliet.send("</stream:stream>");
            return answer(romeo.receive());
        }
    }

    private static String noMember() throws Exception {
        String room = "members-" + System.nanoTime() + "@conference.localhost";
        try (var romeo = RoomVisitor.at(SERVER, "romeo");
                var juliet = RoomVisitor.at(SERVER, "juliet").make(room, "juliet", Map.of("membersonly", "1"))) {
            juliet.client().fence();
            return answer(
                    romeo.send("<presence to='" + room + "/romeo'><x xmlns='" + RoomVisitor.MUC + "'/></presence>")
                            .until("<presence", "error"));
        }
    }

    private static String oneSessionTooMany() throws Exception {
        try (var strict =
                LocalServer.start(LocalServer.SETTINGS.replace("[limits]", "[limits]\nsessions_per_account = 1"))) {
            var account = strict.account("romeo");
            try (var first = strict.login(account, "x"); var second = strict.authenticate(account)) {
                first.fence();
                return answer(second.send("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
                        .receive());
            }
        }
    }

    private static String nobodyListensThere() throws Exception {
        try (var dns = new LoopbackDns().server("silent.example", "xmpp-server", 10, 1); // a port without a server
                var server = FederatedServer.start("here.example", new TestAuthority(), dns);
                var romeo = server.login("romeo")) {
            return answer(romeo.send("<message id='1' to='juliet@silent.example'/>").receive());
        }
    }

    /** XEP-0198 §3 uses a stanza condition in an element that is no stanza. */
    private static String managedTwice() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.send("<enable xmlns='urn:xmpp:sm:3'/><enable xmlns='urn:xmpp:sm:3'/>");
            assertThat(client.receive().name()).isEqualTo("enabled");
            return client.receive().children().getFirst().name();
        }
    }
}
