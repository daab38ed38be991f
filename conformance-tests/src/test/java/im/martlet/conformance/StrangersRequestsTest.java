package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.stanza.Iq;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * T-AUTHZ for requests to accounts: everything that is answered to somebody, asked by a stranger of this server and by one of
 * another. What nobody has allowed is refused, and in the same words whether somebody is there or not. Rooms and
 * nodes have tables of their own ({@code RoomAuthorityTest}, {@code RulesTest}, {@code PubSubMatrixTest}).
 */
class StrangersRequestsTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static Federated here;
    private static Federated there;

    /** A payload that somebody answers somewhere. */
    private record Request(String type, String namespace, String name) {
        String to(Jid whom, String id) { return "<iq type='" + type + "' id='" + id + "' to='" + whom + "'><" + name + " xmlns='" + namespace + "'/></iq>"; }
    }

    @BeforeAll static void start() {
        here = Federated.start("here.example", AUTHORITY, DNS);
        there = Federated.start("there.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        here.close();
        there.close();
        DNS.close();
    }

    private static List<Request> all() {
        var hooks = here.server.server().injector().getInstance(Kernel.class).extensions().stream().flatMap(e -> e.hooks().stream()).flatMap(h -> h instanceof Hook.Service s ? s.declarations().stream() : Stream.of(h));
        return hooks.flatMap(h -> switch (h) {
            case Hook.IqHandler i -> Stream.of(new Request(i.kind() == Iq.Get.class ? "get" : "set", i.namespace(), i.name()));
            case Hook.Lookup l -> Stream.of(new Request(l.kind() == Iq.Get.class ? "get" : "set", l.namespace(), l.name()));
            default -> Stream.<Request>of();
        }).distinct().toList();
    }

    private static String answer(Client stranger, Request request, Jid whom) throws Exception {
        stranger.send(request.to(whom, "q"));
        var answer = stranger.receive();
        assertThat(answer.attribute("from")).isEqualTo(whom.toString());
        return answer.attribute("type").equals("error") ? Visitor.condition(answer) : "result";
    }

    @Test void whoIsNoContactIsRefusedEverythingAndLearnsNotWhoIsThere() throws Exception {
        try (var alice = here.login("alice"); var local = here.login("local"); var remote = there.login("remote")) {
            alice.send("<presence/>").receive();
            var offline = here.server.account("offline", "here.example");
            var nobody = Jid.of("nobody", "here.example", "");
            for (Request request : all()) for (var stranger : List.of(local, remote)) {
                var said = "of " + request + " by " + stranger.jid();
                assertThat(answer(stranger, request, nobody)).as(said).isEqualTo("service-unavailable");
                var ofDevice = answer(stranger, request, offline.withResource("nowhere"));
                assertThat(answer(stranger, request, alice.jid().bare().withResource("nowhere"))).as(said).isEqualTo(ofDevice);
                assertThat(ofDevice).as(said).isEqualTo(request.namespace.equals("jabber:iq:last") ? "forbidden" : "service-unavailable"); // XEP-0012 §4
                var whileAway = answer(stranger, request, offline);
                assertThat(answer(stranger, request, alice.jid().bare())).as("whether somebody is there, " + said).isEqualTo(whileAway);
                if (request.name.equals("ping")) assertThat(whileAway).isEqualTo("result"); // XEP-0199 §4.3
                else assertThat(whileAway).as(said).isIn("service-unavailable", "forbidden", "item-not-found", "bad-request");
            }
            alice.fence();
            assertThat(alice.peek()).as("she hears nothing of it").isNull();
        }
    }
}
