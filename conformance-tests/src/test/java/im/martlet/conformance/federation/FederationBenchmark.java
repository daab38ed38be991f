package im.martlet.conformance.federation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.Prosody;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the message rate between two servers, for Martlets and for Prosodies in one run, and the memory of idle
 * domains; see benchmarks/federation.
 */
@EnabledIfSystemProperty(named = "martlet.benchmark", matches = "true",
        disabledReason = "a measurement, see benchmarks/federation")
class FederationBenchmark {
    private static final int PAIRS = 2; // of a sender and a receiver
    private static final int IDLE = 1000;
    private static final String BODY = "<body>O Romeo, Romeo! wherefore art thou Romeo?</body>";

    @TempDir Path folder;

    /** A Martlet in a process of its own, started like bin/martlet. */
    private final class Martlet implements AutoCloseable {
        final String domain;
        final Process process;
        int clients;
        int servers;

        Martlet(String domain, TestAuthority authority, LoopbackDns dns) throws Exception {
            this.domain = domain;
            var home = Files.createDirectories(folder.resolve(domain));
            var settings = FederatedServer
                    .settings(domain, authority, authority.certify(domain), dns, "rate = 0\nqueue = '64 MiB'")
                    .replace("rate = \"64 MB\"\nburst = \"64 MB\"", "rate = 0")
                    + "[server]\ndata = '" + home.resolve("data") + "'\n[registration]\nenabled = true\nper_hour = 0\n";
            process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
                    "-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=15",
                    "-XX:MaxHeapFreeRatio=30", "-XX:MaxRAMPercentage=50",
                    "-cp", System.getProperty("java.class.path"), "im.martlet.server.Main", "--config",
                    Files.writeString(home.resolve("martlet.toml"), settings).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            var ready = new CompletableFuture<Void>();
            var output = process.inputReader();
            Thread.ofVirtual().start(() -> output.lines().forEach(line -> {
                var ports = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(line).results()
                        .map(m -> Integer.parseInt(m.group(1))).toList();
                if (line.strip().startsWith("clients")) clients = ports.get(1);
                if (line.strip().startsWith("servers")) servers = ports.get(0);
                if (line.startsWith("Started in")) ready.complete(null);
            }));
            ready.get(60, TimeUnit.SECONDS);
            dns.server(domain, "xmpp-server", 10, servers);
        }

        Client login(String name) throws Exception {
            try (var client = new Client(clients).handshakeWith(domain).open(domain)) {
                client.send("<iq type='set' id='new'><query xmlns='jabber:iq:register'><username>" + name
                        + "</username><password>" + LocalServer.PASSWORD + "</password></query></iq>").receive();
            }
            return new Client(clients).handshakeWith(domain).open(domain)
                    .login(Jid.of(name, domain, ""), LocalServer.PASSWORD).bind("x");
        }

        @Override public void close() { process.destroyForcibly(); }
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
    }

    /** Sends the messages of all senders at full speed. Returns the messages per second. */
    private static double run(List<Client> senders, List<Client> receivers, int each) throws Exception {
        long began = System.nanoTime();
        var sending = new ArrayList<Thread>();
        for (int i = 0; i < senders.size(); i++) {
            var from = senders.get(i);
            byte[] hundred = ("<message type='headline' to='" + receivers.get(i).jid() + "'>" + BODY + "</message>")
                    .repeat(100).getBytes(US_ASCII);
            sending.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int n = 0; n < each; n += 100) {
                        from.socket().getOutputStream().write(hundred);
                        from.socket().getOutputStream().flush();
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        var receiving = new ArrayList<CompletableFuture<Void>>();
        for (Client to : receivers) receiving
                .add(CompletableFuture.runAsync(() -> count(to, each), command -> Thread.ofPlatform().start(command)));
        for (var one : receiving) one.get(170, TimeUnit.SECONDS);
        for (var one : sending) one.join();
        return senders.size() * (double) each / (System.nanoTime() - began) * 1e9;
    }

    private static void count(Client to, int each) {
        byte[] end = "</message>".getBytes(US_ASCII);
        var buffer = new byte[1 << 16];
        int matched = 0;
        try {
            for (int seen = 0; seen < each;) {
                int n = to.socket().getInputStream().read(buffer);
                if (n < 0) throw new AssertionError("closed after " + seen);
                for (int i = 0; i < n; i++) {
                    matched = buffer[i] == end[matched] ? matched + 1 : buffer[i] == end[0] ? 1 : 0;
                    if (matched == end.length) {
                        matched = 0;
                        seen++;
                    }
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Stops the parser of the receiver, so that the test reads the bytes itself from now on. */
    private static void takeOver(Client sender, Client receiver) throws Exception {
        receiver.stopReadingBehind("last");
        sender.send("<message type='headline' id='last' to='" + receiver.jid() + "'/>");
        for (ReceivedXml next = receiver.receive(); !next.attribute("id").equals("last"); next = receiver.receive());
    }

    private static void measure(String name, List<Client> senders, List<Client> receivers, int warm, int each,
            long... pids) throws Exception {
        for (int i = 0; i < PAIRS; i++) takeOver(senders.get(i), receivers.get(i));
        run(senders, receivers, warm);
        long before = 0;
        for (long pid : pids) before += cpu(pid).toMillis();
        double rate = run(senders, receivers, each);
        long after = 0;
        for (long pid : pids) after += cpu(pid).toMillis();
        System.out.printf("%s to %s: %.0f messages a second, %.2f CPU s for 100,000 (both servers)%n", name, name, rate,
                (after - before) / 1000.0 * 100_000 / (PAIRS * each));
    }

    @Test void messagesBetweenTwoServers() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns()) {
            try (var a = new Martlet("a.bench", authority, dns); var b = new Martlet("b.bench", authority, dns)) {
                var senders = List.of(a.login("s0"), a.login("s1"));
                var receivers = List.of(b.login("r0"), b.login("r1"));
                measure("Martlet", senders, receivers, Integer.getInteger("martlet.warm", 200_000), 200_000,
                        a.process.pid(), b.process.pid());
            }
            if (!Prosody.isInstalled()) return;
            try (var a = Prosody.start("a.prosody", authority, authority.certify("a.prosody"), dns, "");
                    var b = Prosody.start("b.prosody", authority, authority.certify("b.prosody"), dns, "")) {
                var senders = List.of(a.login("juliet"), a.login("nurse"));
                var receivers = List.of(b.login("juliet"), b.login("nurse"));
                measure("Prosody", senders, receivers, 2_000, 20_000, a.pid(), b.pid());
            }
        }
    }

    @Test void idleDomains() throws Exception {
        var authority = new TestAuthority();
        try (var dns = new LoopbackDns(); var martlet = new Martlet("m.bench", authority, dns)) {
            var peers = new ArrayList<PeerServer>();
            var certificate = authority.certify("*.idle.bench");
            connect(martlet, peers, certificate, 0, 100); // loads classes and caches before the measurement
            long before = pss(martlet.process.pid());
            connect(martlet, peers, certificate, 100, IDLE);
            long after = pss(martlet.process.pid());
            System.out.printf("an idle remote domain: %.1f KiB of Pss (%d of them)%n", (after - before) / (double) IDLE,
                    IDLE);
            for (PeerServer peer : peers) peer.close();
        }
    }

    private static void connect(Martlet martlet, List<PeerServer> peers, TestAuthority.Issued certificate, int from,
            int count) throws Exception {
        for (int i = from; i < from + count; i++) {
            var domain = "d" + i + ".idle.bench";
            var peer = new PeerServer(martlet.servers);
            peer.secure(domain, martlet.domain, certificate);
            peer.send(
                    "<bidi xmlns='urn:xmpp:bidi'/><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
                    .until("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
            peer.open(domain, martlet.domain);
            peer.send("<iq type='get' id='p' from='" + domain + "' to='" + martlet.domain
                    + "'><ping xmlns='urn:xmpp:ping'/></iq>").until("type='result'");
            peers.add(peer);
        }
    }

    /** Returns the proportional set size of a process after a full collection, in KiB. */
    private static long pss(long pid) throws Exception {
        for (int i = 0; i < 2; i++)
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid),
                    "GC.run").start().waitFor();
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream().filter(l -> l.startsWith("Pss:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D+", ""))).sum();
    }
}
