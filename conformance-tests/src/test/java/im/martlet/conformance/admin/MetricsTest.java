package im.martlet.conformance.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.StreamTransport;
import im.martlet.conformance.harness.WebSocketBridge;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests the health checks and metrics for programs on this machine. */
class MetricsTest {
    private static final Pattern NAME = Pattern.compile("\\b(martlet|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern LABEL = Pattern.compile("\\{\\{([a-z]+)}}");

    private static String get(LocalServer server, String path) throws Exception {
        var address = "http://localhost:" + server.server().http().local().getFirst().getPort() + path;
        var answer = WebSocketBridge.http().send(HttpRequest.newBuilder(URI.create(address)).build(),
                BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    @Test void serverIsAliveAndReady() throws Exception {
        assertThat(get(LocalServer.shared(), "/health/live")).isEqualTo("200 alive\n");
        assertThat(get(LocalServer.shared(), "/health/ready")).isEqualTo("200 ready\n");
    }

    @Test void eventsAreCounted() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS)) {
            var romeo = server.account("romeo");
            var juliet = server.account("juliet");
            assertThat(get(server, "/metrics")).contains("martlet_connections{state=\"bound\"} 0.0")
                    .contains("jvm_memory_used_bytes").contains("martlet_commits_total");
            try (var one = server.login(romeo, "x");
                    var two = StreamTransport.WEBSOCKET.authenticate(server, juliet).bind("y");
                    var wrong = server.connect().open("localhost").secure()) {
                wrong.send(Client.plain(romeo.local(), "wrong")).receive();
                one.send("<message to='" + two.jid() + "'><body>hi</body></message>");
                one.fence();
                two.receive();
                assertThat(get(server, "/metrics").lines())
                        .contains("martlet_connections{state=\"bound\"} 2.0",
                                "martlet_connections{state=\"opening\"} 1.0",
                                "martlet_sessions{state=\"connected\"} 2.0",
                                "martlet_logins_total{mechanism=\"PLAIN\",result=\"success\"} 2.0",
                                "martlet_logins_total{mechanism=\"PLAIN\",result=\"failure\"} 1.0",
                                "martlet_stanzas_total{direction=\"sent\",kind=\"message\"} 1.0",
                                "martlet_stanzas_total{direction=\"received\",kind=\"message\"} 1.0",
                                "martlet_mailbox_work{of=\"services\"} 0.0")
                        .anyMatch(line -> line.startsWith("martlet_tls_handshakes_total{version=\"TLSv1.3\"} 3."));
            }
        }
    }

    /** Each panel of docs/grafana.json uses metrics that exist, with the labels of its legend. */
    @Test void dashboardUsesOnlyExistingMetrics() throws Exception {
        var federated = LocalServer.SETTINGS.replace("[federation]\nenabled = false\n[listen]\n",
                "[listen]\nserver = ['127.0.0.1:0']\nserver_tls = ['127.0.0.1:0']\n");
        try (var server = LocalServer.start(federated)) {
            try (var romeo = server.login(server.account("romeo"), "x")) {
                romeo.send("<message to='" + romeo.jid()
                        + "'><body>labelled metrics have no line before the first event</body></message>").receive();
            }
            var lines = get(server, "/metrics").lines().toList();
            for (JsonNode panel : new ObjectMapper().readTree(Files.newInputStream(Path.of("../docs/grafana.json")))
                    .get("panels"))
                for (JsonNode target : panel.get("targets")) {
                    var labels = LABEL.matcher(target.get("legendFormat").asText()).results()
                            .map(found -> found.group(1) + "=\"").toList();
                    var names = NAME.matcher(target.get("expr").asText()).results().map(MatchResult::group).toList();
                    assertThat(names).isNotEmpty()
                            .allSatisfy(name -> assertThat(lines).as(panel.get("title").asText()).anyMatch(
                                    line -> line.matches(name + "[ {].*") && labels.stream().allMatch(line::contains)));
                }
        }
    }
}
