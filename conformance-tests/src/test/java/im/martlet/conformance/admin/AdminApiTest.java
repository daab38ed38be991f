package im.martlet.conformance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.admin.AdminApi;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.AdminCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a local user without the token, or a web page in an admin's browser, cannot use the admin API. */
class AdminApiTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private record Answer(int status, String body) {}

    private static Answer ask(String method, String path, String host, String authorization, String body)
            throws IOException {
        try (var socket = new Socket("127.0.0.1", SERVER.server().adminPort())) {
            var request = method + " " + path + " HTTP/1.1\r\nHost: " + host
                    + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n"
                    + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n" + body;
            socket.getOutputStream().write(request.getBytes(UTF_8));
            var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return new Answer(Integer.parseInt(answer.substring(9, 12)),
                    answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    private static String token() throws IOException {
        return "Bearer " + Files.readString(SERVER.data().resolve("admin.token"));
    }

    private static Answer command(String name, String body) throws IOException {
        return ask("POST", "/v1/" + name, "localhost", token(), body);
    }

    private static List<String> commands() throws IOException {
        var list = new ObjectMapper().readTree(ask("GET", "/v1/commands", "localhost", token(), "").body());
        var names = new ArrayList<String>();
        list.forEach(command -> names.add(command.get("name").asText()));
        assertThat(names).contains("user add", "stop", "session kick");
        return names;
    }

    @Test void commandsNeedTheToken() throws Exception {
        var juliet = SERVER.account("juliet");
        var login = Base64.getEncoder().encodeToString((juliet + ":" + LocalServer.PASSWORD).getBytes(UTF_8));
        var token = token();
        for (String command : commands())
            for (String given : List.of("", "Bearer", "Bearer ", "Bearer " + "0".repeat(64), "Basic " + login,
                    token.substring(7), token.substring(0, token.length() - 1), token + "0"))
                assertThat(ask("POST", "/v1/" + command.replace(' ', '/'), "localhost", given, "{}").status())
                        .as(command + " with " + given).isEqualTo(403);
    }

    @Test void foreignHostNameIsRefused() throws Exception {
        for (String host : List.of("evil.example", "evil.example:5280", "localhost.evil.example",
                "127.0.0.1.evil.example"))
            assertThat(ask("POST", "/v1/user/list", host, token(), "{}").status()).as(host).isEqualTo(403);
        assertThat(ask("POST", "/v1/status", "127.0.0.1:" + SERVER.server().adminPort(), token(), "").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "/", "/v1", "/v1/commands", "/v1/commands/", "/v1/commands/../status", "/v1/%2e%2e/v1/status",
                    "/setup/setup-s/%u002e%u002e/v1/status", "//v1/status", "/v1/status;x=y", "/V1/STATUS",
                    "/v1/status?isadmin=true", "/v1/st%61tus" }) void noPathBypassesTheToken(String path)
                            throws Exception {
        for (String method : List.of("GET", "POST", "PUT", "OPTIONS", "TRACE"))
            assertThat(ask(method, path, "localhost", "", "{}").status()).as(method).isIn(400, 403, 404);
    }

    @Test void onlyPostRunsCommands() throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS"))
            assertThat(ask(method, "/v1/status", "localhost", token(), "{}").status()).as(method).isEqualTo(404);
    }

    @Test void invalidRequestGetsAReason() throws Exception {
        assertThat(command("user/list", "x".repeat(70_000)).status()).isEqualTo(413);
        assertThat(command("user/add", "[]")).satisfies(a -> assertThat(a.status()).isEqualTo(400)).asString()
                .contains("JSON object of strings");
        assertThat(command("user/add", "{\"jid\": {\"a\": 1}}").status()).isEqualTo(400);
        assertThat(command("user/add", "{\"jdi\": \"a@localhost\"}")).asString().contains("has no argument 'jdi'");
        assertThat(command("user/add", "{}")).satisfies(a -> assertThat(a.status()).isEqualTo(400)).asString()
                .contains("is missing");
        assertThat(command("user/eat", "{}").status()).isEqualTo(404);
    }

    @Test void apiListensOnlyOnThisMachine() {
        assertThatThrownBy(() -> new AdminApi(new InetSocketAddress("0.0.0.0", 0), SERVER.data().resolve("admin.token"),
                List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("this machine only");
    }

    @Test void replyToStopArrivesBeforeTheServerStops(@TempDir Path folder) throws Exception {
        var api = new AtomicReference<AdminApi>();
        var stop = AdminCommand.of("stop", "Stops it", List.of(), _ -> {
            var closing = Thread.ofVirtual().start(() -> api.get().close());
            try {
                closing.join(Duration.ofMillis(500)); // an API that does not wait for this command is closed by then
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Map.of("stopping", true);
        });
        api.set(new AdminApi(new InetSocketAddress("127.0.0.1", 0), folder.resolve("admin.token"), List.of(stop)));
        try (var socket = new Socket("127.0.0.1", api.get().port())) {
            socket.getOutputStream().write(
                    ("POST /v1/stop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
                            + "Authorization: Bearer " + Files.readString(folder.resolve("admin.token")) + "\r\n\r\n")
                            .getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 200")
                    .contains("stopping");
        }
    }
}
