package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.stanza.Iq;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * T-AUTHZ for requests to accounts. A local and a remote stranger send every request that the server can answer. The
 * server refuses each with the same error, whether the account exists or not. Rooms and nodes have their own tables
 * ({@code RoomAuthorityTest}, {@code AccessRulesTest}, {@code PubSubMatrixTest}).
 */
class StrangersRequestsTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final String PUBSUB = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>";
    private static final String PUBSUB_OWNER = "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>";
    private static FederatedServer here;
    private static FederatedServer there;

    /** A request that the server or an extension handles. */
    private record Request(String type, String namespace, String name) {
        String to(Jid recipient, String id) {
            return "<iq type='" + type + "' id='" + id + "' to='" + recipient + "'><" + name + " xmlns='" + namespace
                    + "'/></iq>";
        }
    }

    @BeforeAll static void start() {
        here = FederatedServer.start("here.example", AUTHORITY, DNS);
        there = FederatedServer.start("there.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        here.close();
        there.close();
        DNS.close();
    }

    private static List<Request> all() {
        var hooks = here.server.server().injector().getInstance(Kernel.class).extensions().stream()
                .flatMap(e -> e.hooks().stream())
                .flatMap(h -> h instanceof Hook.Service s ? s.declarations().stream() : Stream.of(h));
        return hooks.flatMap(h -> switch (h) {
            case Hook.IqHandler i ->
                    Stream.of(new Request(i.kind() == Iq.Get.class ? "get" : "set", i.namespace(), i.name()));
            case Hook.SlowIqHandler l ->
                    Stream.of(new Request(l.kind() == Iq.Get.class ? "get" : "set", l.namespace(), l.name()));
            default -> Stream.<Request>of();
        }).distinct().toList();
    }

    /** Returns the error without its sender, or "result". */
    private static String answer(Client stranger, Request request, Jid recipient) throws Exception {
        stranger.send(request.to(recipient, "q"));
        var answer = stranger.receive();
        assertThat(answer.attribute("from")).isEqualTo(recipient.toString());
        return answer.attribute("type").equals("error") ? answer.children().toString() : "result";
    }

    @Test void strangersGetTheSameErrorForAllAccounts() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<presence/>").receive();
            var offline = here.server.account("offline", "here.example");
            var nobody = Jid.of("nobody", "here.example", "");
            for (Request request : all()) for (var stranger : List.of(local, remote)) {
                var errorOfNobody = answer(stranger, request, nobody);
                assertThat(errorOfNobody).as("%s by %s", request, stranger.jid()).contains("service-unavailable")
                        .doesNotContain("text");
                for (var recipient : List.of(offline, alice.jid().bare(), offline.withResource("nowhere"),
                        alice.jid().bare().withResource("nowhere"), nobody.withResource("nowhere")))
                    assertThat(answer(stranger, request, recipient))
                            .as("%s to %s by %s", request, recipient, stranger.jid())
                            .isEqualTo(errorOfNobody);
            }
            alice.fence();
            assertThat(alice.peek()).as("the account's client receives nothing").isNull();
        }
    }

    @Test void strangersGetTheSameErrorForExistingAndMissingNodes() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<iq type='set' id='p1'>" + PUBSUB + "<publish node='urn:example:tunes'>"
                    + "<item id='1'><tune xmlns='urn:example'/></item></publish></pubsub></iq>").receive();
            alice.send("<iq type='set' id='p2'>" + PUBSUB + "<publish node='urn:xmpp:bookmarks:1'>"
                    + "<item id='a@b.example'><conference xmlns='urn:xmpp:bookmarks:1'/></item></publish></pubsub></iq>")
                    .receive();
            var nobody = Jid.of("nobody", "here.example", "");
            for (String node : List.of("urn:example:tunes", "urn:xmpp:bookmarks:1", "urn:example:nothing"))
                for (String payload : List.of(
                        "<iq type='get'>" + PUBSUB + "<items node='NODE'/></pubsub></iq>",
                        "<iq type='get'>" + PUBSUB + "<subscriptions node='NODE'/></pubsub></iq>",
                        "<iq type='set'>" + PUBSUB + "<subscribe node='NODE' jid='ME'/></pubsub></iq>",
                        "<iq type='set'>" + PUBSUB + "<unsubscribe node='NODE' jid='ME'/></pubsub></iq>",
                        "<iq type='set'>" + PUBSUB + "<publish node='NODE'><item/></publish></pubsub></iq>",
                        "<iq type='set'>" + PUBSUB + "<retract node='NODE'><item id='1'/></retract></pubsub></iq>",
                        "<iq type='get'>" + PUBSUB_OWNER + "<configure node='NODE'/></pubsub></iq>",
                        "<iq type='set'>" + PUBSUB_OWNER + "<delete node='NODE'/></pubsub></iq>",
                        "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' node='NODE'/></iq>",
                        "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#items' node='NODE'/></iq>",
                        "<iq type='set'><command xmlns='http://jabber.org/protocol/commands' node='NODE'/></iq>"))
                    for (var stranger : List.of(local, remote)) {
                        var request = payload.replace("NODE", node).replace("ME", stranger.jid().bare().toString());
                        assertThat(rawAnswer(stranger, request, alice.jid().bare()))
                                .as("%s by %s", request, stranger.jid())
                                .isEqualTo(rawAnswer(stranger, request, nobody)).contains("service-unavailable");
                    }
        }
    }

    private static String rawAnswer(Client stranger, String request, Jid recipient) throws Exception {
        stranger.send(request.replaceFirst("<iq ", "<iq id='q' to='" + recipient + "' "));
        return stranger.receive().children().toString();
    }

    /** RFC 6121 §4.3.2: "If the contact account does not exist or ..." */
    @Test void presenceDoesNotRevealAccountsToStrangers() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<presence/>").receive();
            var recipients = List.of(alice.jid().bare(), here.server.account("offline", "here.example"),
                    Jid.of("nobody", "here.example", ""));
            for (var stranger : List.of(local, remote))
                for (var recipient : recipients) assertUnsubscribedOnly(stranger, recipient);
        }
    }

    private static void assertUnsubscribedOnly(Client stranger, Jid recipient) throws Exception {
        // only clients that have requested the roster receive subscription changes
        stranger.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>");
        stranger.send("<presence type='unsubscribe' to='" + recipient + "'/><presence type='subscribe' to='" + recipient
                + "'/><presence type='probe' to='" + recipient + "'/>");
        var answer = stranger.receive();
        while (answer.is("jabber:client", "iq")
                || answer.attribute("from").startsWith(stranger.jid().bare().toString()))
            answer = stranger.receive(); // skips stanzas of the stranger's own account
        assertThat(answer.attribute("from") + " " + answer.attribute("type")).isEqualTo(recipient + " unsubscribed");
        stranger.send("<presence type='unavailable'/>").fence();
    }
}
