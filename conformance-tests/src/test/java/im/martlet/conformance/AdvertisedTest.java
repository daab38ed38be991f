package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the server says of itself without being asked, and that it is the same when it is asked. */
class AdvertisedTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @Test void theCapsInTheStreamFeaturesAreTheHashOfTheDiscoInfo() throws Exception { // XEP-0115 §5.1, §6.3
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            var caps = client.features.child("c").orElseThrow();
            assertThat(caps.attribute("hash")).isEqualTo("sha-1");
            String node = caps.attribute("node") + "#" + caps.attribute("ver");
            client.send("<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info' node='" + node + "'/></iq>");
            var info = client.receive().child("query").orElseThrow();
            assertThat(info.attribute("node")).isEqualTo(node);
            assertThat(Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(verification(info).getBytes(StandardCharsets.UTF_8))))
                    .isEqualTo(caps.attribute("ver"));
        }
    }

    /** Written down from §5.1 once more, with one form that has one value a field. */
    private static String verification(Xml info) {
        var text = new StringBuilder(info.children().stream().filter(e -> e.name().equals("identity"))
                .map(i -> i.attribute("category") + "/" + i.attribute("type") + "//" + i.attribute("name")).sorted().map(i -> i + "<").collect(Collectors.joining()));
        text.append(info.children().stream().filter(e -> e.name().equals("feature")).map(e -> e.attribute("var")).sorted().map(var -> var + "<").collect(Collectors.joining()));
        var form = info.child("x").orElseThrow();
        var fields = form.children().stream().filter(f -> !f.attribute("var").equals("FORM_TYPE"))
                .map(f -> f.attribute("var") + "<" + f.children().getFirst().text() + "<").sorted().collect(Collectors.joining());
        return text + "http://jabber.org/network/serverinfo<" + fields;
    }

    @Test void whomToWriteToAboutAbuseIsInTheDiscoInfo() throws Exception { // XEP-0157 §2
        try (var client = SERVER.login(SERVER.account("viola"), "phone")) {
            client.send("<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            var form = client.receive().child("query").orElseThrow().child("x").orElseThrow();
            assertThat(form.attribute("type")).isEqualTo("result");
            assertThat(form.toString()).contains("FORM_TYPE", "http://jabber.org/network/serverinfo", "abuse-addresses", "mailto:abuse@localhost");
        }
    }

    @Test void whatAClientMaySendIsSaidBeforeAndAfterLogin() throws Exception { // XEP-0478 §3
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(maxBytes(client)).isEqualTo("10000");
            client.secure().login(SERVER.account("viola"), LocalServer.PASSWORD);
            assertThat(maxBytes(client)).isEqualTo("262144");
        }
    }

    private static String maxBytes(Client client) {
        return client.features.child("limits").orElseThrow().child("max-bytes").orElseThrow().text();
    }
}
