package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A real ejabberd on the other side, both ways. */
class EjabberdTest {
    private static String message(Client to, String id) { return "<message type='chat' id='" + id + "' to='" + to.jid() + "'><body>" + id + "</body></message>"; }

    @Test void messagesAndRequestsGoBothWays() throws Exception {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed, or this is not root");
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var martlet = Federated.start("martlet.example", authority, dns); var ejabberd = Ejabberd.start("ejabberd.example", authority, authority.certify("ejabberd.example"), dns);
             var romeo = martlet.login("romeo"); var juliet = ejabberd.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            assertThat(juliet.receive().attribute("id")).as(ejabberd.log()).isEqualTo("m1");
            juliet.send(message(romeo, "m2"));
            assertThat(romeo.receive().attribute("id")).as(ejabberd.log()).isEqualTo("m2");
            romeo.send("<iq type='get' id='p' to='ejabberd.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().attribute("type")).isEqualTo("result");
            juliet.send("<iq type='get' id='p' to='martlet.example'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            assertThat(juliet.receive().toString()).contains("urn:xmpp:ping");
            assertThat(martlet.server.command("s2s list", Map.of()).toString()).contains("remote=ejabberd.example", "direction=out", "direction=in");
        }
    }

    @Test void withoutACertificateThatIsBelievedThereIsDialback() throws Exception {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed, or this is not root");
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var martlet = Federated.start("martlet.example", authority, new TestAuthority().certify("martlet.example"), dns, "");
             var ejabberd = Ejabberd.start("ejabberd.example", authority, new TestAuthority().certify("ejabberd.example"), dns);
             var romeo = martlet.login("romeo"); var juliet = ejabberd.login("juliet")) {
            juliet.send(message(romeo, "m1"));
            assertThat(romeo.receive().attribute("id")).as(ejabberd.log()).isEqualTo("m1");
            romeo.send(message(juliet, "m2"));
            assertThat(juliet.receive().attribute("id")).as(ejabberd.log()).isEqualTo("m2");
            assertThat(martlet.server.command("s2s list", Map.of()).toString()).contains("verified=dialback").doesNotContain("verified=certificate");
        }
    }
}
