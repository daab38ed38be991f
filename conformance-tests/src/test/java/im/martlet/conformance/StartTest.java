package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code martlet} as a process of its own: what it says, and how it ends. */
class StartTest {
    @TempDir Path folder;

    private record Ended(int status, String said) {}

    private Process start(String settings, String... arguments) throws Exception {
        var file = Files.writeString(folder.resolve("martlet.toml"), "[server]\ndata = '" + folder.resolve("data") + "'\n" + settings);
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-cp", System.getProperty("java.class.path"),
                "im.martlet.server.Main", "--config", file.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
    }

    private Ended end(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("out")));
    }

    private static String listen(int port) { return "[listen]\nclient = ['127.0.0.1:" + port + "']\nclient_tls = ['127.0.0.1:0']\nadmin = '127.0.0.1:0'\n"; }

    @Test void aSlipInTheConfigurationIsShownWithItsLine() throws Exception {
        var ended = end(start(listen(0) + "[limits]\nidel = '3m'\n"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.said()).contains("martlet.toml:8: unknown key 'idel' in [limits]; did you mean 'idle'?");
    }

    @Test void aPortInUseIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var ended = end(start(listen(taken.getLocalPort())));
            assertThat(ended.status()).isEqualTo(3);
            assertThat(ended.said()).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test void aDatabaseThatCannotBeReachedIsNamed() throws Exception {
        var ended = end(start(listen(0) + "[storage]\nurl = 'jdbc:postgresql://127.0.0.1:1/nothing'\n"));
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.said()).contains("cannot open the database at jdbc:postgresql://127.0.0.1:1/nothing");
    }

    @Test void aBadCertificateIsNamed() throws Exception {
        var ended = end(start(listen(0) + "[hosts.\"a.example\"]\ncertificate = '/nowhere.crt'\nkey = '/nowhere.key'\n"));
        assertThat(ended.status()).isEqualTo(5);
        assertThat(ended.said()).contains("/nowhere.crt: there is no such file");
    }

    @Test void checkSaysThatAllIsWell() throws Exception {
        var ended = end(start(listen(0), "check"));
        assertThat(ended.status()).as(ended.said()).isZero();
        assertThat(ended.said()).contains("everything is in order");
    }

    @Test void aTerminatedServerSaysGoodbyeAndKeepsWhatItHas() throws Exception {
        var process = start(listen(0));
        var out = folder.resolve("out");
        org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(() -> Files.readString(out).contains("Started in"));
        var matcher = java.util.regex.Pattern.compile("127\\.0\\.0\\.1:(\\d+) \\(STARTTLS\\)").matcher(Files.readString(out));
        assertThat(matcher.find()).isTrue();
        try (var client = new Client(Integer.parseInt(matcher.group(1))).open("localhost")) {
            process.destroy();
            assertThat(client.streamError()).isEqualTo("system-shutdown");
        }
        assertThat(end(process).said()).contains("stopped");
        assertThat(folder.resolve("data").resolve("admin.token")).exists();
    }
}
