package im.martlet.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's ejabberd as another server, in a folder of its own; whoever logs in has an account. Needs root, to become its user. */
final class Ejabberd implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/ejabberdctl");
    final String domain;
    private final Path folder;
    private final int clientPort = freePort();
    private final int serverPort = freePort();
    private final Process process;

    static boolean isInstalled() { return Files.isExecutable(BINARY) && "root".equals(System.getProperty("user.name")); }

    static Ejabberd start(String domain, TestAuthority authority, TestAuthority.Issued certificate, LoopbackDns dns) throws Exception {
        var started = new Ejabberd(domain, authority, certificate, dns);
        dns.server(domain, "xmpp-server", 10, started.serverPort);
        return started;
    }

    private Ejabberd(String domain, TestAuthority authority, TestAuthority.Issued certificate, LoopbackDns dns) throws Exception {
        this.domain = domain;
        folder = Files.createTempDirectory("ejabberd");
        for (String name : new String[] {"conf", "spool", "logs"}) Files.createDirectory(folder.resolve(name));
        Files.writeString(folder.resolve("conf/both.pem"), Files.readString(certificate.certificate()) + Files.readString(certificate.key()));
        Files.copy(authority.file(), folder.resolve("conf/ca.pem"));
        Files.writeString(folder.resolve("conf/inetrc"), "{lookup,[\"dns\"]}.\n{resolv_conf,\"\"}.\n{nameserver,{127,0,0,1}," + dns.port() + "}.\n");
        Files.writeString(folder.resolve("conf/ejabberdctl.cfg"), "ERL_DIST_PORT=%d\nINET_DIST_INTERFACE=127.0.0.1\nERLANG_NODE=n%d@localhost\n".formatted(freePort(), clientPort));
        Files.writeString(folder.resolve("conf/ejabberd.yml"), """
                loglevel: debug
                hosts: [ %1$s ]
                certfiles: [ %2$s/conf/both.pem ]
                ca_file: %2$s/conf/ca.pem
                s2s_use_starttls: required
                listen:
                  - { port: %3$d, ip: "127.0.0.1", module: ejabberd_c2s, access: all, starttls: true }
                  - { port: %4$d, ip: "127.0.0.1", module: ejabberd_s2s_in }
                registration_timeout: infinity
                acl: { local: { user_regexp: "" } }
                access_rules: { local: { allow: local } }
                modules:
                  mod_disco: {}
                  mod_ping: {}
                  mod_register: { ip_access: all }
                  mod_roster: {}
                  mod_s2s_dialback: {}
                  mod_stream_mgmt: {}
                  mod_version: {}
                """.formatted(domain, folder, clientPort, serverPort));
        new ProcessBuilder("chown", "-R", "ejabberd:ejabberd", folder.toString()).start().waitFor(10, TimeUnit.SECONDS);
        process = new ProcessBuilder("setpriv", "--reuid=ejabberd", "--regid=ejabberd", "--clear-groups", "env", "-i", "PATH=/usr/sbin:/usr/bin:/bin", "HOME=" + folder.resolve("spool"),
                BINARY.toString(), "-d", folder.resolve("conf").toString(), "-f", folder.resolve("conf/ejabberd.yml").toString(), "-c", folder.resolve("conf/ejabberdctl.cfg").toString(),
                "-s", folder.resolve("spool").toString(), "-l", folder.resolve("logs").toString(), "foreground").redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::listens);
    }

    private boolean listens() {
        try (var _ = new Socket("127.0.0.1", clientPort); var _ = new Socket("127.0.0.1", serverPort)) {
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

    /** Makes an account, and logs in. */
    Client login(String name) throws Exception {
        try (var stranger = new Client(clientPort).open(domain).secure()) {
            stranger.send("<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>" + name + "</username><password>" + LocalServer.PASSWORD + "</password></query></iq>");
            var answer = stranger.receive();
            if (!answer.attribute("type").equals("result")) throw new AssertionError(answer);
        }
        return new Client(clientPort).open(domain).secure().login(im.martlet.address.Jid.of(name, domain, ""), LocalServer.PASSWORD).bind("x");
    }

    /** What it says that it does. */
    String log() {
        try {
            return Files.readString(folder.resolve("out"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
