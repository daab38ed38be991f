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
 * T-AUTHZ for requests to accounts: everything that is answered to somebody, asked by a stranger of this server and by
 * one of another. What nobody has allowed is refused, and in the same words whether there is such an account or not.
 * Rooms and nodes have tables of their own ({@code RoomAuthorityTest}, {@code RulesTest}, {@code PubSubMatrixTest}).
 */
class StrangersRequestsTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer here;
    private static FederatedServer there;

    /** A payload that somebody answers somewhere. */
    private record Request(String type, String namespace, String name) {
        String to(Jid whom, String id) {
            return "<iq type='" + type + "' id='" + id + "' to='" + whom + "'><" + name + " xmlns='" + namespace
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

    /** The whole error, without whom it is from; or "result". */
    private static String answer(Client stranger, Request request, Jid whom) throws Exception {
        stranger.send(request.to(whom, "q"));
        var answer = stranger.receive();
        assertThat(answer.attribute("from")).isEqualTo(whom.toString());
        return answer.attribute("type").equals("error") ? answer.children().toString() : "result";
    }

    @Test void whoIsNoContactIsRefusedEverythingAndLearnsNotWhoHasAnAccount() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<presence/>").receive();
            var offline = here.server.account("offline", "here.example");
            var nobody = Jid.of("nobody", "here.example", "");
            for (Request request : all()) for (var stranger : List.of(local, remote)) {
                var ofNobody = answer(stranger, request, nobody);
                assertThat(ofNobody).as("of %s by %s", request, stranger.jid()).contains("service-unavailable")
                        .doesNotContain("text");
                for (var whom : List.of(offline, alice.jid().bare(), offline.withResource("nowhere"),
                        alice.jid().bare().withResource("nowhere"), nobody.withResource("nowhere")))
                    assertThat(answer(stranger, request, whom)).as("of %s to %s by %s", request, whom, stranger.jid())
                            .isEqualTo(ofNobody);
            }
            alice.fence();
            assertThat(alice.peek()).as("she hears nothing of it").isNull();
        }
    }

    /** What an account has is no more to be seen than that it has none. */
    @Test void whatIsForContactsIsToStrangersAsIfItWereNotThere() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send(
                    "<iq type='set' id='p1'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:example:tunes'><item id='1'><tune xmlns='urn:example'/></item></publish></pubsub></iq>")
                    .receive();
            alice.send(
                    "<iq type='set' id='p2'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='a@b.example'><conference xmlns='urn:xmpp:bookmarks:1'/></item></publish></pubsub></iq>")
                    .receive();
            var nobody = Jid.of("nobody", "here.example", "");
            for (String node : List.of("urn:example:tunes", "urn:xmpp:bookmarks:1", "urn:example:nothing"))
                for (String payload : List.of(
                        "<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='NODE'/></pubsub></iq>",
                        "<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions node='NODE'/></pubsub></iq>",
                        "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><subscribe node='NODE' jid='ME'/></pubsub></iq>",
                        "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><unsubscribe node='NODE' jid='ME'/></pubsub></iq>",
                        "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='NODE'><item/></publish></pubsub></iq>",
                        "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='NODE'><item id='1'/></retract></pubsub></iq>",
                        "<iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='NODE'/></pubsub></iq>",
                        "<iq type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='NODE'/></pubsub></iq>",
                        "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info' node='NODE'/></iq>",
                        "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#items' node='NODE'/></iq>",
                        "<iq type='set'><command xmlns='http://jabber.org/protocol/commands' node='NODE'/></iq>"))
                    for (var stranger : List.of(local, remote)) {
                        var request = payload.replace("NODE", node).replace("ME", stranger.jid().bare().toString());
                        assertThat(raw(stranger, request, alice.jid().bare())).as("%s by %s", request, stranger.jid())
                                .isEqualTo(raw(stranger, request, nobody)).contains("service-unavailable");
                    }
        }
    }

    private static String raw(Client stranger, String request, Jid whom) throws Exception {
        stranger.send(request.replaceFirst("<iq ", "<iq id='q' to='" + whom + "' "));
        return stranger.receive().children().toString();
    }

    /** RFC 6121 §4.3.2: "If the contact account does not exist or ..." */
    @Test void presenceSaysNoMore() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<presence/>").receive();
            for (var stranger : List.of(local, remote)) for (var whom : List.of(alice.jid().bare(),
                    here.server.account("offline", "here.example"), Jid.of("nobody", "here.example", ""))) {
                        stranger.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>"); // only who has asked for it hears of subscriptions
                        stranger.send("<presence type='unsubscribe' to='" + whom + "'/><presence type='subscribe' to='"
                                + whom + "'/><presence type='probe' to='" + whom + "'/>");
                        var answer = stranger.receive();
                        while (answer.is("jabber:client", "iq")
                                || answer.attribute("from").startsWith(stranger.jid().bare().toString()))
                            answer = stranger.receive(); // of their own server
                        assertThat(answer.attribute("from") + " " + answer.attribute("type"))
                                .isEqualTo(whom + " unsubscribed");
                        stranger.send("<presence type='unavailable'/>").fence();
                    }
        }
    }
}
