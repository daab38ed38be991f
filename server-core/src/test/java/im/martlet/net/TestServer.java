package im.martlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An acceptor on random loopback ports, with certificates for a.example and b.example. */
final class TestServer implements AutoCloseable {
    static final AddressLimits.Bounds NO_BOUNDS = new AddressLimits.Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE);

    final HostCertificates certificates = new HostCertificates();
    final Acceptor acceptor;
    private final BlockingQueue<RecordingPeer> peers = new LinkedBlockingQueue<>();

    TestServer() throws Exception { this(NO_BOUNDS); }

    TestServer(AddressLimits.Bounds bounds) throws Exception {
        certificates.use(Map.of("a.example", selfSigned("a.example"), "b.example", selfSigned("b.example")));
        acceptor = new Acceptor(new TlsSettings(certificates), new AddressLimits(() -> bounds));
    }

    static HostCertificate selfSigned(String host) throws Exception {
        Path directory = Files.createTempDirectory("martlet-net");
        Path chain = directory.resolve("chain.pem");
        Path key = directory.resolve("key.pem");
        try {
            PemFiles.writeSelfSigned(host, chain, key);
            return PemFiles.read(chain, key);
        } finally {
            Files.deleteIfExists(chain);
            Files.deleteIfExists(key);
            Files.delete(directory);
        }
    }

    static InetSocketAddress anyPort() { return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0); }

    InetSocketAddress plain() throws IOException { return listen(new Acceptor.Mode.StartTls(), RecordingPeer::new); }

    InetSocketAddress direct() throws IOException {
        return listen(new Acceptor.Mode.DirectTls("xmpp-client", () -> "a.example"), RecordingPeer::new);
    }

    InetSocketAddress listen(Acceptor.Mode mode, Function<Transport, RecordingPeer> peer) throws IOException {
        return acceptor.listen(anyPort(), mode, transport -> peers.add(peer.apply(transport)));
    }

    /** Returns the server's end of the next connection. */
    RecordingPeer accepted() throws InterruptedException {
        var peer = peers.poll(20, TimeUnit.SECONDS);
        if (peer == null) throw new AssertionError("no connection was accepted");
        return peer;
    }

    @Override public void close() { acceptor.close(); }
}
