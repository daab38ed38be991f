package im.martlet.conformance.harness.peers;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/** Debian's ejabberd as a remote server, in its own folder. Tests register accounts in-band. */
public final class Ejabberd implements AutoCloseable {
    private static final Path ERLANG = Path.of("/usr/bin/erl");
    private static final Path LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu");
    public final String domain;
    private final Path folder;
    private final int clientPort = freePort();
    private final int serverPort = freePort();
    private final int tlsPort = freePort();
    private Process process;

    public static boolean isInstalled() {
        return Files.isExecutable(ERLANG) && Files.isExecutable(Path.of("/usr/sbin/ejabberdctl"));
    }

    /** @param more further options of the configuration, one a line */
    public static Ejabberd start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) throws Exception {
        var started = new Ejabberd(domain, authority, certificate, dns, more);
        dns.server(domain, "xmpp-server", 10, started.serverPort).server("rooms." + domain, "xmpp-server", 10,
                started.serverPort);
        return started;
    }

    private Ejabberd(String domain, TestAuthority authority, TestAuthority.Issued certificate, LoopbackDns dns,
            String more) throws Exception {
        this.domain = domain;
        folder = Files.createTempDirectory("ejabberd");
        Files.writeString(folder.resolve("server.pem"), Files.readString(certificate.certificate()) + key(certificate));
        Files.writeString(folder.resolve("inetrc"),
                "{resolv_conf, \"\"}.\n{hosts_file, \"\"}.\n{lookup, [dns]}.\n{nameserver, {127,0,0,1}, %d}.\n"
                        .formatted(dns.port()));
        Files.writeString(folder.resolve("ejabberd.yml"), """
                loglevel: debug
                log_rotate_count: 0
                hosts: ["%1$s"]
                certfiles: ["%2$s/server.pem"]
                ca_file: "%3$s"
                s2s_use_starttls: required
                auth_method: internal
                auth_password_format: plain
                registration_timeout: infinity
                listen:
                  - {port: %4$d, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true}
                  - {port: %5$d, ip: "127.0.0.1", module: ejabberd_s2s_in}
                  - {port: %7$d, ip: "127.0.0.1", module: ejabberd_s2s_in, tls: true}
                modules:
                  mod_disco: {}
                  mod_roster: {}
                  mod_caps: {}
                  mod_ping: {}
                  mod_s2s_dialback: {}
                  mod_offline: {}
                  mod_muc: {host: "rooms.@HOST@", access_create: all}
                  mod_pubsub: {plugins: [flat, pep]}
                  mod_register: {ip_access: all, access: all}
                %6$s
                """.formatted(domain, folder, authority.file(), clientPort, serverPort, more, tlsPort));
        run();
    }

    /** Returns the private key together with its public key, because Erlang needs both to match a certificate. */
    private static String key(TestAuthority.Issued certificate) throws Exception {
        var pair = im.martlet.net.PemFiles.read(certificate.certificate(), certificate.key());
        var bits = SubjectPublicKeyInfo.getInstance(pair.certificate().getPublicKey().getEncoded()).getPublicKeyData();
        var whole = new ECPrivateKey(256, ((java.security.interfaces.ECPrivateKey) pair.key()).getS(), bits,
                SECObjectIdentifiers.secp256r1);
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(new PemObject("EC PRIVATE KEY", whole.getEncoded()));
        }
        return text.toString();
    }

    private void run() throws Exception {
        var builder = new ProcessBuilder(ERLANG.toString(), "-noinput", "+S", "2", "-mnesia", "dir",
                "\"" + folder.resolve("mnesia") + "\"", "-s", "ejabberd")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()));
        var environment = builder.environment();
        environment.put("ERL_LIBS", LIBRARIES.toString());
        environment.put("ERL_INETRC", folder.resolve("inetrc").toString());
        environment.put("EJABBERD_CONFIG_PATH", folder.resolve("ejabberd.yml").toString());
        environment.put("EJABBERD_LOG_PATH", folder.resolve("log").toString());
        environment.put("ERL_CRASH_DUMP", folder.resolve("crash").toString());
        environment.put("HOME", folder.toString());
        process = builder.start();
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::listens);
    }

    private boolean listens() {
        try (var _ = new java.net.Socket("127.0.0.1", clientPort);
                var _ = new java.net.Socket("127.0.0.1", serverPort)) {
            return true;
        } catch (IOException e) {
            if (!process.isAlive()) throw new IllegalStateException("ejabberd has ended: " + log());
            return false;
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Returns the port for servers with direct TLS. */
    public int tlsPort() { return tlsPort; }

    public int clientPort() { return clientPort; }

    public int serverPort() { return serverPort; }

    /** Registers an account, and logs a client in. */
    public Client register(String name) throws Exception {
        var client = new Client(clientPort).open(domain);
        client.send("<iq type='set' id='reg'><query xmlns='jabber:iq:register'><username>" + name
                + "</username><password>" + LocalServer.PASSWORD + "</password></query></iq>");
        var answer = client.receive();
        if (!answer.attribute("type").equals("result")) throw new AssertionError(answer + log());
        client.close();
        return login(name);
    }

    public Client login(String name) throws Exception {
        return new Client(clientPort).open(domain)
                .login(im.martlet.address.Jid.of(name, domain, ""), LocalServer.PASSWORD).bind("x");
    }

    public void restart() throws Exception {
        stop();
        run();
    }

    private void stop() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroyForcibly();
    }

    /** Returns the log. */
    public String log() {
        try {
            return Files.readString(folder.resolve("out"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override public void close() { stop(); }
}
