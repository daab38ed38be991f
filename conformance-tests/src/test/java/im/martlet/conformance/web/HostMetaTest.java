package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.WebSocketBridge;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests that the links and addresses of XEP-0156 and XEP-0487 are correct. */
class HostMetaTest {
    private static final String METHOD = "urn:xmpp:alt-connections:";

    private static HttpResponse<String> get(LocalServer server, String path) throws Exception {
        var address = "https://localhost:" + server.server().http().secured().getFirst().getPort() + path;
        return WebSocketBridge.http().send(HttpRequest.newBuilder(URI.create(address)).build(),
                BodyHandlers.ofString());
    }

    /** Follows a link as the compliance tester does. */
    private static void follow(String rel, String href) throws Exception {
        if (rel.equals(METHOD + "websocket")) {
            assertThat(WebSocketBridge.http().newWebSocketBuilder().subprotocols("xmpp")
                    .buildAsync(URI.create(href), new WebSocket.Listener() {}).join().getSubprotocol())
                    .isEqualTo("xmpp");
            return;
        }
        assertThat(rel).isEqualTo(METHOD + "xbosh");
        var answer = WebSocketBridge.http().send(HttpRequest.newBuilder(URI.create(href))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).header("Origin", "null").build(),
                BodyHandlers.discarding());
        assertThat(answer.statusCode()).isLessThan(300);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    }

    @Test void everyLinkWorks() throws Exception {
        var server = LocalServer.shared();
        var xrd = get(server, "/.well-known/host-meta");
        assertThat(xrd.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(xrd.headers().firstValue("Content-Type").orElse("")).startsWith("application/xrd+xml");
        var links = ReceivedXml.parse(xrd.body()).children().stream()
                .collect(Collectors.toMap(l -> l.attribute("rel"), l -> l.attribute("href")));
        assertThat(links).containsOnlyKeys(METHOD + "websocket", METHOD + "xbosh");
        for (var link : links.entrySet()) follow(link.getKey(), link.getValue());
        var jrd = get(server, "/.well-known/host-meta.json");
        assertThat(jrd.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        var document = new ObjectMapper().readTree(jrd.body());
        assertThat(document.has("xmpp")).as("XEP-0487, without addresses").isFalse();
        for (JsonNode link : document.get("links"))
            assertThat(links).contains(Map.entry(link.get("rel").asText(), link.get("href").asText()));
    }

    @Test void configuredAddressesAreInEveryLink() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[host_meta]\naddresses = ['127.0.0.1', '::1']\n")) {
            var document = new ObjectMapper().readTree(get(server, "/.well-known/host-meta.json").body());
            assertThat(document.get("xmpp").get("ttl").asInt()).isEqualTo(3600);
            var seen = new java.util.TreeSet<String>();
            for (JsonNode link : document.get("links")) {
                var rel = link.get("rel").asText();
                seen.add(rel.substring(METHOD.length()));
                assertThat(link.get("ips")).hasSize(2);
                assertThat(link.get("sni").asText()).isEqualTo("localhost");
                assertThat(link.get("priority").isInt() && link.get("weight").isInt()).isTrue();
                if (link.has("href")) follow(rel, link.get("href").asText());
                else try (var client = new Client(link.get("port").asInt()).handshake("xmpp-client")) {
                    assertThat(client.open("localhost").features.child("mechanisms")).isPresent();
                }
            }
            assertThat(seen).containsExactly("tls", "websocket", "xbosh");
        }
    }

    @Test void disabledTransportsHaveNoLink() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS
                + "[bosh]\nenabled = false\n[http.urls]\n'localhost' = 'https://chat.example:8443'\n")) {
            var links = ReceivedXml.parse(get(server, "/.well-known/host-meta").body()).children();
            assertThat(links).singleElement().satisfies(
                    link -> assertThat(link.attribute("href")).isEqualTo("wss://chat.example:8443/xmpp-websocket"));
        }
    }
}
