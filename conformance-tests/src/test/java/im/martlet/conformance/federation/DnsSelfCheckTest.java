package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.ServerJvm;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.dns.DnsSelfCheck;
import im.martlet.dns.DnsjavaResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The problems that {@code martlet check} reports about a host's records in DNS and about its certificate. */
class DnsSelfCheckTest {
    private static final Map<String, Set<Integer>> USUAL = Map.of("xmpp-client", Set.of(5222), "xmpps-client",
            Set.of(5223), "xmpp-server", Set.of(5269), "xmpps-server", Set.of(5270));

    private final LoopbackDns dns = new LoopbackDns();

    @AfterEach void close() { dns.close(); }

    private List<String> problems(Map<String, Set<Integer>> ports) {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), dns.port());
        return new DnsSelfCheck(new DnsjavaResolver(List.of(server), Duration.ofSeconds(20)), ports)
                .problems("here.example");
    }

    @Test void anAddressIsEnoughForTheStandardPorts() {
        dns.address("here.example");
        assertThat(problems(USUAL)).isEmpty();
    }

    @Test void recordsThatLeadToAListeningPortAreAccepted() {
        dns.server("here.example", "xmpp-client", 0, 15222).server("here.example", "xmpps-server", 0, 15270);
        assertThat(problems(Map.of("xmpp-client", Set.of(15222), "xmpps-server", Set.of(15270)))).isEmpty();
    }

    @Test void aDomainMissingFromDnsNeedsAnAddressOrRecords() {
        assertThat(problems(USUAL)).containsExactly(
                "here.example has no address, and no record leads clients here: add an A or AAAA record, or \"_xmpp-client._tcp.here.example. 3600 IN SRV 0 5 5222 here.example.\"",
                "here.example has no address, and no record leads other servers here: add an A or AAAA record, or \"_xmpp-server._tcp.here.example. 3600 IN SRV 0 5 5269 here.example.\"");
    }

    @Test void aNonStandardPortNeedsARecord() {
        dns.address("here.example");
        assertThat(problems(Map.of("xmpp-client", Set.of(15222)))).containsExactly(
                "clients will try port 5222, where this server does not listen: add \"_xmpp-client._tcp.here.example. 3600 IN SRV 0 5 15222 here.example.\"");
    }

    @Test void aServerWithDirectTlsOnlyNeedsARecord() {
        dns.address("here.example");
        assertThat(problems(Map.of("xmpps-client", Set.of(5223)))).containsExactly(
                "no record leads clients here: add \"_xmpps-client._tcp.here.example. 3600 IN SRV 0 5 5223 here.example.\"");
    }

    @Test void aRecordThatLeadsNowhereIsReported() {
        dns.server("here.example", "xmpp-client", 0, 15222).server("here.example", "xmpps-server", 0, 5270)
                .nothing("here.example");
        assertThat(problems(Map.of("xmpp-client", Set.of(5222), "xmpp-server", Set.of(5269)))).containsExactly(
                "_xmpp-client._tcp.here.example leads to port 15222, where this server does not listen (unless a firewall or proxy forwards it): change it to "
                        + "\"_xmpp-client._tcp.here.example. 3600 IN SRV 0 5 5222 here.example.\"",
                "_xmpp-server._tcp.here.example says that there is no such service, but this server offers it: replace it by \"_xmpp-server._tcp.here.example. 3600 IN SRV 0 5 5269 here.example.\"",
                "_xmpps-server._tcp.here.example leads other servers to host.here.example:5270, but this server does not listen for them: remove it");
    }

    @Test void aRecordForANameWithoutAnAddressIsReported() {
        dns.server("here.example", "xmpp-client", 5222, "gone.example");
        assertThat(problems(Map.of("xmpp-client", Set.of(5222)))).containsExactly(
                "_xmpp-client._tcp.here.example leads to gone.example, which has no address: add an A or AAAA record for that");
    }

    @Test void theCheckCommandReportsProblemsAndSucceedsIfTheServerCanStart(@TempDir Path folder) throws Exception {
        var certificate = new TestAuthority().certify("CN=nobody", -1, 5,
                List.of(org.bouncycastle.asn1.x509.KeyPurposeId.id_kp_serverAuth));
        int port = freePort();
        dns.server("here.example", "xmpp-client", 0, port);
        var file = Files.writeString(folder.resolve("martlet.toml"), """
                [server]
                data = '%s'
                [hosts."here.example"]
                certificate = '%s'
                key = '%s'
                [hosts."localhost"]
                [listen]
                client = ["127.0.0.1:%d"]
                client_tls = []
                admin = "127.0.0.1:0"
                [proxy]
                enabled = false
                [http]
                enabled = false
                [federation]
                enabled = false
                dns = ["127.0.0.1:%d"]
                """.formatted(folder.resolve("data"), certificate.certificate(), certificate.key(), port, dns.port()));
        var out = folder.resolve("out").toFile();
        var process = new ProcessBuilder(ServerJvm.martlet(List.of(), "--config", file.toString(), "check"))
                .redirectErrorStream(true).redirectOutput(out).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var output = Files.readString(out.toPath());
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output)
                .contains("everything is in order here", "here.example: the certificate is not for here.example",
                        "here.example: the certificate expires in 4 days",
                        "localhost: this name is for this machine only")
                .doesNotContain("_tcp");
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
