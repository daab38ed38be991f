package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.WebSocketBridge;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.conformance.harness.peers.UploadClient;
import im.martlet.dns.DnsjavaResolver;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The 25 checks of the public compliance tester (compliance.conversations.im), one test for each row, with the name of
 * that row. As in the tester, the client has bound a resource and sends no presence.
 */
class ComplianceTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String INFO = "http://jabber.org/protocol/disco#info";
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String ALTERNATIVES = "urn:xmpp:alt-connections:";

    private final AtomicInteger number = new AtomicInteger();
    private Client client;

    @BeforeEach void login() throws Exception { client = SERVER.login(SERVER.account("compliance"), "caas"); }

    @AfterEach void logout() throws Exception { client.close(); }

    /** Sends an IQ request, waits for the reply, and skips all stanzas before it, such as those of a room. */
    private ReceivedXml ask(String type, String to, String payload) throws Exception {
        var id = "c" + number.incrementAndGet();
        client.send("<iq type='" + type + "' id='" + id + "'" + (to.isEmpty() ? "" : " to='" + to + "'") + ">" + payload
                + "</iq>");
        for (var answer = client.receive();; answer = client.receive())
            if (answer.attribute("id").equals(id)) return answer;
    }

    private ReceivedXml result(String type, String to, String payload) throws Exception {
        var answer = ask(type, to, payload);
        assertThat(answer.attribute("type")).as(answer.toString()).isEqualTo("result");
        return answer;
    }

    private ReceivedXml info(String of) throws Exception {
        return result("get", of, "<query xmlns='" + INFO + "'/>").child("query").orElseThrow();
    }

    private static List<String> features(ReceivedXml info) {
        return info.children().stream().filter(e -> e.name().equals("feature")).map(e -> e.attribute("var")).toList();
    }

    private List<String> ofServer() throws Exception { return features(info("localhost")); }

    private List<String> ofAccount() throws Exception { return features(info(client.jid().bare().toString())); }

    /** Returns the services that have a feature; the host itself counts as a service. */
    private List<String> services(String feature) throws Exception {
        var items = result("get", "localhost", "<query xmlns='http://jabber.org/protocol/disco#items'/>").child("query")
                .orElseThrow().children().stream().map(item -> item.attribute("jid"));
        var found = new ArrayList<String>();
        for (String service : Stream.concat(items, Stream.of("localhost")).toList())
            if (features(info(service)).contains(feature)) found.add(service);
        return found;
    }

    /** Returns whether the stream offers a feature after login. */
    private boolean isOffered(String namespace, String name) {
        return client.features.children().stream().anyMatch(f -> f.is(namespace, name));
    }

    private boolean hasPep() throws Exception {
        return info(client.jid().bare().toString()).children().stream().anyMatch(i -> i.name().equals("identity")
                && i.attribute("category").equals("pubsub") && i.attribute("type").equals("pep"));
    }

    @Test void row01_abuseContact() throws Exception {
        var forms = info("localhost").children().stream().filter(e -> e.is("jabber:x:data", "x"));
        assertThat(forms.flatMap(form -> form.children().stream())
                .filter(field -> field.attribute("var").equals("abuse-addresses"))).isNotEmpty()
                .allSatisfy(field -> assertThat(field.child("value").orElseThrow().text()).isNotEmpty());
    }

    @Test void row02_xep0156() throws Exception {
        var http = SERVER.server().http();
        for (String where : List.of("https://localhost:" + http.secured().getFirst().getPort(),
                "http://localhost:" + http.plain().getFirst().getPort()))
            for (String path : List.of("/.well-known/host-meta", "/.well-known/host-meta.json")) {
                var answer = WebSocketBridge.http().send(HttpRequest.newBuilder(URI.create(where + path)).build(),
                        BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(where + path).isEqualTo(200);
                assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
                var links = path.endsWith("json") ? ofJson(answer.body()) : ofXml(answer.body());
                assertThat(links).containsKeys(ALTERNATIVES + "websocket", ALTERNATIVES + "xbosh");
                for (var link : links.entrySet()) follow(link.getKey(), URI.create(link.getValue()));
            }
    }

    private static Map<String, String> ofXml(String xrd) {
        return ReceivedXml.parse(xrd).children().stream().filter(e -> e.name().equals("Link"))
                .collect(Collectors.toMap(l -> l.attribute("rel"), l -> l.attribute("href")));
    }

    private static Map<String, String> ofJson(String jrd) throws Exception {
        var links = new HashMap<String, String>();
        for (JsonNode link : new ObjectMapper().readTree(jrd).get("links"))
            links.put(link.get("rel").asText(), link.get("href").asText());
        return links;
    }

    private static void follow(String rel, URI href) throws Exception {
        if (rel.equals(ALTERNATIVES + "websocket")) {
            var opened = WebSocketBridge.http().newWebSocketBuilder().subprotocols("xmpp")
                    .buildAsync(href, new WebSocket.Listener() {}).join();
            assertThat(opened.getSubprotocol()).isEqualTo("xmpp");
            opened.abort();
        } else if (rel.equals(ALTERNATIVES + "xbosh")) {
            var answer = options(href, "Origin", "null");
            assertThat(answer.statusCode()).isLessThan(300);
            assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
        }
    }

    private static HttpResponse<Void> options(URI where, String... headers) throws Exception {
        return WebSocketBridge.http()
                .send(HttpRequest.newBuilder(where).version(HttpClient.Version.HTTP_1_1)
                        .method("OPTIONS", BodyPublishers.noBody()).headers(headers).build(),
                        BodyHandlers.discarding());
    }

    @Test void row03_xep0398() throws Exception { assertThat(ofAccount()).contains("urn:xmpp:pep-vcard-conversion:0"); }

    @Test void row04_xep0191() throws Exception { assertThat(ofServer()).contains("urn:xmpp:blocking"); }

    @Test void row05_xep0411() throws Exception { assertThat(ofAccount()).contains("urn:xmpp:bookmarks-conversion:0"); }

    @Test void row06_xep0352() { assertThat(isOffered("urn:xmpp:csi:0", "csi")).isTrue(); }

    @Test void row07_xep0115() { assertThat(isOffered("http://jabber.org/protocol/caps", "c")).isTrue(); }

    @Test void row08_xep0363() throws Exception { assertThat(services(UploadClient.NS)).isNotEmpty(); }

    @Test void row09_xep0363_cors() throws Exception {
        var slot = result("get", services(UploadClient.NS).getFirst(),
                "<request xmlns='" + UploadClient.NS + "' filename='hello.png' size='1234' content-type='image/png'/>")
                .child("slot").orElseThrow();
        var answer = options(URI.create(slot.child("put").orElseThrow().attribute("url")), "Origin",
                "https://compliance.conversations.im", "Access-Control-Request-Method", "PUT",
                "Access-Control-Request-Headers", "content-type");
        for (String header : List.of("Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers"))
            assertThat(answer.headers().firstValue(header)).as(header).isPresent();
    }

    @Test void row10_xep0077() throws Exception {
        try (var stranger = SERVER.connect().open("localhost").secure()) {
            assertThat(stranger.features.children())
                    .anyMatch(f -> f.is("http://jabber.org/features/iq-register", "register"));
        }
    }

    @Test void row11_xep0313() throws Exception { assertThat(ofAccount()).contains("urn:xmpp:mam:2"); }

    /** Creates a room, with the nickname "test". */
    private String room() throws Exception {
        var room = "compliance-" + UUID.randomUUID() + "@" + services(RoomVisitor.MUC).getFirst();
        client.send("<presence to='" + room + "/test'><x xmlns='" + RoomVisitor.MUC + "'/></presence>");
        for (var received = client.receive(); !received.toString().contains("code='110'"); received = client.receive())
            assertThat(received.attribute("type")).as(received.toString()).isNotEqualTo("error");
        return room;
    }

    private void destroy(String room) throws Exception {
        result("set", room, "<query xmlns='" + RoomVisitor.MUC + "#owner'><destroy/></query>");
    }

    @Test void row12_xep0313muc() throws Exception {
        var room = room();
        assertThat(result("get", room, "<query xmlns='" + RoomVisitor.MUC + "#owner'/>").child("query").orElseThrow()
                .child("x")).as("a form to configure it").isPresent();
        // the feature is enough; the form needs no field for it
        assertThat(features(info(room))).contains("urn:xmpp:mam:2");
        destroy(room);
    }

    @Test void row13_xep0280() throws Exception { assertThat(ofServer()).contains("urn:xmpp:carbons:2"); }

    @Test void row14_xep0045() throws Exception { assertThat(services(RoomVisitor.MUC)).isNotEmpty(); }

    @Test void row15_xep0384() throws Exception {
        assertThat(hasPep()).isTrue();
        assertThat(ofAccount()).contains(PUBSUB + "#publish-options");
        var node = "eu.siacs.conversations.axolotl." + UUID.randomUUID();
        result("set", "", "<pubsub xmlns='" + PUBSUB + "'><publish node='" + node
                + "'><item><bundle xmlns='eu.siacs.conversations.axolotl'/></item></publish>"
                + "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>"
                + PUBSUB + "#publish-options</value></field>"
                + "<field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub>");
        var form = result("get", "", "<pubsub xmlns='" + PUBSUB + "#owner'><configure node='" + node + "'/></pubsub>")
                .child("pubsub").orElseThrow().child("configure").orElseThrow().child("x").orElseThrow();
        assertThat(form.children().stream().filter(field -> field.attribute("var").equals("pubsub#access_model"))
                .map(field -> field.child("value").orElseThrow().text())).containsExactly("open");
        result("set", "", "<pubsub xmlns='" + PUBSUB + "#owner'><delete node='" + node + "'/></pubsub>");
    }

    @Test void row16_xep0160() throws Exception { assertThat(ofServer()).contains("msgoffline"); }

    @Test void row17_xep0163() throws Exception { assertThat(hasPep()).isTrue(); }

    @Test void row18_xep0065() throws Exception {
        assertThat(services("http://jabber.org/protocol/bytestreams")).isNotEmpty();
    }

    @Test void row19_xep0357() throws Exception { assertThat(ofAccount()).contains("urn:xmpp:push:0"); }

    @Test void row20_rosterVersioning() { assertThat(isOffered("urn:xmpp:features:rosterver", "ver")).isTrue(); }

    @Test void row21_xep0198() { assertThat(isOffered("urn:xmpp:sm:3", "sm")).isTrue(); }

    private List<ReceivedXml> external(String... types) throws Exception {
        var services = result("get", "localhost", "<services xmlns='urn:xmpp:extdisco:2'/>").child("services")
                .orElseThrow().children();
        return services.stream()
                .filter(s -> List.of(types).contains(s.attribute("type"))
                        && List.of("tcp", "udp").contains(s.attribute("transport")) && !s.attribute("host").isEmpty()
                        && Integer.parseInt(s.attribute("port")) <= 65_535)
                .toList();
    }

    @Test void row22_stun() throws Exception { assertThat(external("stun", "stuns")).isNotEmpty(); }

    @Test void row23_turn() throws Exception {
        assertThat(external("turn", "turns"))
                .anyMatch(turn -> !turn.attribute("username").isEmpty() && !turn.attribute("password").isEmpty());
    }

    @Test void row24_vcardMuc() throws Exception {
        var room = room();
        assertThat(features(info(room))).contains("vcard-temp");
        destroy(room);
    }

    @Test void row25_xep0368() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var here = FederatedServer.start("here.example", authority, dns)) {
            dns.server("here.example", "xmpps-client", 0, here.tlsPortOfClients());
            var records =
                    new DnsjavaResolver(List.of(new InetSocketAddress("127.0.0.1", dns.port())), Duration.ofSeconds(20))
                            .srv("xmpps-client", "here.example");
            assertThat(records).hasSize(1);
            try (var socket = (SSLSocket) trusting(authority).getSocketFactory().createSocket("127.0.0.1",
                    records.getFirst().port())) {
                var parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("here.example")));
                parameters.setApplicationProtocols(new String[]{ "xmpp-client" });
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(socket.getApplicationProtocol()).isEqualTo("xmpp-client");
                var certificate = (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
                assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                        .contains("here.example");
                socket.getOutputStream().write(
                        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='here.example'>"
                                .getBytes());
                assertThat(new String(socket.getInputStream().readNBytes(21))).startsWith("<?xml");
            }
        }
    }

    /** Returns a TLS context that trusts only this authority. */
    private static SSLContext trusting(TestAuthority authority) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority.file())) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
