package im.martlet.conformance.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The client Profanity in a terminal of tmux. */
public final class ProfanityTerminal implements AutoCloseable {
    private final LocalServer server;
    private final String socket;

    public ProfanityTerminal(LocalServer server, Path home) throws Exception {
        this.server = server;
        socket = home.resolve("tmux").toString();
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-y", "50",
                "env HOME=" + home + " XDG_CONFIG_HOME=" + home + " XDG_DATA_HOME=" + home + " profanity");
        sees("Profanity");
    }

    public void connect(Jid account) throws Exception {
        type("/connect " + account + " server 127.0.0.1 port " + server.port() + " tls trust");
        sees("password");
        type(LocalServer.PASSWORD);
        sees("logged in successfully");
    }

    public void type(String line) throws Exception {
        tmux("send-keys", "-l", line);
        tmux("send-keys", "Enter");
    }

    public void sees(String text) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(tmux("capture-pane", "-p")).containsIgnoringCase(text));
    }

    public String screen() throws IOException { return tmux("capture-pane", "-p"); }

    private String tmux(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("tmux", "-S", socket));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override public void close() throws IOException { tmux("kill-server"); }
}
