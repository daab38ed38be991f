package im.martlet.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A blocking client on the JDK's sockets. It trusts every certificate. */
final class TestClient implements AutoCloseable {
    private final Socket raw;
    private Socket socket;

    private TestClient(Socket socket) {
        this.raw = socket;
        this.socket = socket;
    }

    static TestClient connect(InetSocketAddress address) throws IOException { return connect(address, new Socket()); }

    /** Connects with a prepared socket. */
    static TestClient connect(InetSocketAddress address, Socket socket) throws IOException {
        socket.connect(address);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return new TestClient(socket);
    }

    /** Begins TLS and completes the handshake. */
    TestClient secure(Consumer<SSLParameters> settings) throws IOException {
        return secure(trustingEveryone(), settings);
    }

    TestClient secure(SSLContext jsse, Consumer<SSLParameters> settings) throws IOException {
        var tls = (SSLSocket) jsse.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        var parameters = tls.getSSLParameters();
        settings.accept(parameters);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        socket = tls;
        return this;
    }

    TestClient secure() throws IOException { return secure(parameters -> {}); }

    SSLSocket tls() { return (SSLSocket) socket; }

    /** Returns the socket below TLS. */
    Socket raw() { return raw; }

    void write(String text) throws IOException { write(text.getBytes(UTF_8)); }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Reads a number of bytes as text. */
    String read(int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), UTF_8);
    }

    /** Reads to the end. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Override public void close() throws IOException { socket.close(); }

    static SSLContext trustingEveryone() {
        try {
            var jsse = SSLContext.getInstance("TLS");
            jsse.init(null, new TrustManager[]{ new UncheckedTrust() }, null);
            return jsse;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
