package im.martlet.conformance.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ServerJvm;
import im.martlet.conformance.harness.TestConfig;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the output and exit status of the command {@code martlet} as a process. */
@Execution(ExecutionMode.CONCURRENT)
class StartTest {
    @TempDir Path folder;

    private record Ended(int status, String output) {}

    private Process start(String settings, String... arguments) throws Exception {
        var file = Files.writeString(folder.resolve("martlet.toml"),
                "[server]\ndata = '" + folder.resolve("data") + "'\n" + settings);
        var command = new ArrayList<>(ServerJvm.martlet(List.of(), "--config", file.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private Ended end(Process process) throws Exception {
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("out")));
    }

    private static String listen(int port) { return TestConfig.small(port); }

    @Test void configurationErrorHasALineNumber() throws Exception {
        var ended = end(start(listen(0) + "[limits]\nidel = '3m'\n"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output()).contains("martlet.toml:15: unknown key 'idel' in [limits]; did you mean 'idle'?");
        assertThat(folder.resolve("data")).as("the data folder before the configuration is valid").doesNotExist();
    }

    @Test void configurationErrorIsReportedBeforeItsConsequences() throws Exception {
        var ended = end(start(listen(0) + "[storage]\nurl = 'jdbc:postgresql://127.0.0.1:1/nothing'\n[limits"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output()).contains("martlet.toml:16: ").doesNotContain("database");
    }

    @Test void anUnknownPartOfTheLogIsShownWithItsLineAndTheNearestName() throws Exception {
        var ended = end(start("log = { default = 'info', archiv = 'debug' }\n" + listen(0)));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output())
                .contains("martlet.toml:3: unknown part 'archiv' in 'log' of [server]; did you mean 'archive'?");
    }

    @Test void aLogLineNamesThePart() throws Exception {
        var process = start("log = { default = 'error', server = 'info' }\n" + listen(0));
        awaitStarted();
        process.destroy();
        assertThat(end(process).output()).contains("INFO  server.Server: stopped");
    }

    @Test void portInUseIsReported() throws Exception {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var ended = end(start(listen(taken.getLocalPort())));
            assertThat(ended.status()).isEqualTo(3);
            assertThat(ended.output()).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test void unreachableDatabaseIsReported() throws Exception {
        var ended = end(start(listen(0) + "[storage]\nurl = 'jdbc:postgresql://127.0.0.1:1/nothing'\n"));
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.output()).contains("cannot open the database at jdbc:postgresql://127.0.0.1:1/nothing");
    }

    @Test void missingCertificateIsReported() throws Exception {
        var ended =
                end(start(listen(0) + "[hosts.\"a.example\"]\ncertificate = '/nowhere.crt'\nkey = '/nowhere.key'\n"));
        assertThat(ended.status()).isEqualTo(5);
        assertThat(ended.output()).contains("/nowhere.crt: there is no such file");
    }

    @Test void checkReportsAValidConfiguration() throws Exception {
        var ended = end(start(listen(0), "check"));
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("everything is in order");
    }

    @Test void checkReportsHowOtherServersFindTheHosts() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns()) {
            dns.server("seen.example", "xmpp-server", 10, 5269);
            var unseen = new TestAuthority().certify("unseen.example");
            var ended =
                    end(start(
                            FederatedServer
                                    .settings("seen.example", authority, authority.certify("seen.example"), dns, "")
                                    .replace("[listen]\n", "[hosts.'unseen.example']\ncertificate = '"
                                            + unseen.certificate() + "'\nkey = '" + unseen.key() + "'\n[listen]\n"),
                            "check"));
            assertThat(ended.status()).as(ended.output()).isZero();
            assertThat(ended.output().lines().map(String::strip))
                    .contains("everything is in order here",
                            "seen.example: other servers connect to host.seen.example:5269 [127.0.0.1]")
                    .anyMatch(l -> l.startsWith("seen.example: the certificate does not name ")
                            && l.endsWith("get one that also names *.seen.example"))
                    .anyMatch(l -> l
                            .startsWith("unseen.example: the certificate is not from a trusted authority"))
                    .anyMatch(l -> l.startsWith(
                            "unseen.example: unseen.example has no address, and no record leads other servers here: add"))
                    .anyMatch(l -> l.startsWith(
                            "conference.unseen.example: other servers cannot find it: conference.unseen.example has no address in DNS; add"))
                    .doesNotHaveDuplicates()
                    .noneMatch(l -> l.startsWith("unseen.example: other servers cannot find it"));
        }
    }

    @Test void checkWorksBesideARunningServer() throws Exception {
        int admin = freePort();
        var settings = listen(freePort()).replace("admin = '127.0.0.1:0'", "admin = '127.0.0.1:" + admin + "'");
        var server = start(settings);
        awaitStarted();
        Files.move(folder.resolve("out"), folder.resolve("server-out"));
        var checked = end(start(settings, "check"));
        assertThat(checked.status()).as(checked.output()).isZero();
        assertThat(checked.output()).contains("a server runs with this configuration");
        var slip = end(start(settings + "[registration]\nenabeld = true\n", "check"));
        assertThat(slip.status()).isEqualTo(2);
        assertThat(slip.output()).contains("did you mean 'enabled'?");
        server.destroy();
        assertThat(server.waitFor(180, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "0.0.0.0:5280, must be an address of this machine only",
            "5280, must be an address of this machine only",
            "nowhere.invalid:5280, must be an address of this machine" }) void publicAdminPortIsAConfigurationError(
                    String address, String why) throws Exception {
        var ended = end(start(listen(0).replace("admin = '127.0.0.1:0'", "admin = '" + address + "'")));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output()).contains("martlet.toml:8: 'admin' in [listen] " + why);
    }

    @Test void adminPortInUseIsReported() throws Exception {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var ended = end(start(
                    listen(0).replace("admin = '127.0.0.1:0'", "admin = '127.0.0.1:" + taken.getLocalPort() + "'")));
            assertThat(ended.status()).isEqualTo(3);
            assertThat(ended.output()).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @Test void unknownListenNameIsReported() throws Exception {
        var ended = end(start(listen(0).replace("127.0.0.1:0']\nclient_tls", "nowhere.invalid:0']\nclient_tls")));
        assertThat(ended.status()).isEqualTo(3);
        assertThat(ended.output()).contains("cannot listen on nowhere.invalid: the name is not known");
    }

    @Test void terminatedServerEndsStreamsAndKeepsItsData() throws Exception {
        var process = start(listen(0));
        awaitStarted();
        try (var client = new Client(port()).open("localhost")) {
            process.destroy();
            assertThat(client.streamError()).isEqualTo("system-shutdown");
        }
        var ended = end(process);
        assertThat(ended.status()).isZero();
        assertThat(ended.output()).contains("stopped");
        assertThat(folder.resolve("data").resolve("admin.token")).exists();
    }

    @Test void rehearsalIsSilentAndLeavesNoFiles() throws Exception { // see bin/martlet
        var temporary = Files.createDirectory(folder.resolve("temporary"));
        var command = List.of(ProcessHandle.current().info().command().orElseThrow(), "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), "im.martlet.server.Main", "rehearse");
        var ended = end(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile()).start());
        assertThat(ended.output()).isEmpty();
        assertThat(ended.status()).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test void sighupReloadsTheConfiguration() throws Exception {
        assumeThat(isSighupIgnored()).as("SIGHUP is ignored, because the tests were started with nohup")
                .isFalse();
        var process = start(listen(0));
        awaitStarted();
        Files.writeString(folder.resolve("martlet.toml"),
                "[limits]\nrate = 0\n[server]\ndata = '" + folder.resolve("data") + "'\n" + listen(0));
        assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor()).isZero();
        awaitOutput("[limits] rate has changed");
        Files.writeString(folder.resolve("martlet.toml"), "[limitz]\n");
        assertThat(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start().waitFor()).isZero();
        awaitOutput("everything stays as it is: ");
        process.destroy();
        assertThat(end(process).status()).isZero();
    }

    private static boolean isSighupIgnored() throws Exception {
        var status = java.nio.file.Path.of("/proc/self/status");
        if (!Files.exists(status)) return false; // not Linux
        var ignored = Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:")).findFirst()
                .orElseThrow().substring("SigIgn:".length());
        return (Long.parseUnsignedLong(ignored.strip(), 16) & 1) != 0; // SIGHUP is the first signal
    }

    @Test void martletctlStopsTheServer() throws Exception {
        var process = start(listen(0));
        awaitStarted();
        var matcher = java.util.regex.Pattern.compile("admin +(127\\.0\\.0\\.1:\\d+)")
                .matcher(Files.readString(folder.resolve("out")));
        assertThat(matcher.find()).isTrue();
        assertThat(im.martlet.cli.Martletctl.run("--data", folder.resolve("data").toString(), "--admin",
                matcher.group(1), "stop")).isZero();
        assertThat(end(process).status()).isZero();
    }

    @Test void dataIsReadableOnlyByItsOwner() throws Exception {
        var process = start(listen(0));
        awaitStarted();
        process.destroy();
        end(process);
        var data = folder.resolve("data");
        assertThat(permissions(data)).isEqualTo("rwx------");
        for (String secret : List.of("secret", "admin.token", "certificates/localhost.key"))
            assertThat(permissions(data.resolve(secret))).as(secret).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void awaitStarted() { awaitOutput("Started in"); }

    private void awaitOutput(String text) {
        org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(60))
                .until(() -> Files.readString(folder.resolve("out")).contains(text));
    }

    /** Returns the port for clients of the started server. */
    private int port() throws Exception {
        var matcher = java.util.regex.Pattern.compile("127\\.0\\.0\\.1:(\\d+) \\(STARTTLS\\)")
                .matcher(Files.readString(folder.resolve("out")));
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static int freePort() throws Exception {
        try (var free = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
