package im.martlet.conformance.harness.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A remote server that sends any text, and returns the text that it receives. */
public final class PeerServer implements AutoCloseable {
    public static final String DB = " xmlns:db='jabber:server:dialback'";
    private final Socket plain;
    private Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    public PeerServer(int port) throws IOException { this(new Socket("127.0.0.1", port)); }

    /** Uses a connection that either side has opened. */
    public PeerServer(Socket connection) throws IOException {
        plain = socket = connection;
        socket.setSoTimeout(20_000);
    }

    /** Accepts a stream with STARTTLS, up to the features that it sends on the second stream. */
    public PeerServer serve(String domain, String id, TestAuthority.Issued certificate, String features)
            throws Exception {
        until("version='1.0'");
        until(">");
        send(header(domain, "").replace(" to=''", " id='first'")
                + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
        until("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        handshake(certificate, false);
        until("version='1.0'");
        until(">");
        return send(header(domain, "").replace(" to=''", " id='" + id + "'") + "<stream:features>" + features
                + "</stream:features>");
    }

    public static String header(String from, String to) {
        return "<?xml version='1.0'?><stream:stream xmlns='jabber:server'"
                + " xmlns:stream='http://etherx.jabber.org/streams'" + DB + " version='1.0' from='" + from + "' to='"
                + to + "'>";
    }

    /** Returns a message with the id and body "x". */
    public static String message(String from, String to) {
        return "<message from='" + from + "' to='" + to + "' type='chat' id='x'><body>x</body></message>";
    }

    public PeerServer send(String xml) throws IOException {
        socket.getOutputStream().write(xml.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads up to a part, and returns all text since the last call. */
    public String until(String part) throws IOException {
        var in = socket.getInputStream();
        while (true) {
            String text = received.toString(UTF_8);
            int at = text.indexOf(part);
            if (at >= 0) {
                received.reset();
                received.writeBytes(text.substring(at + part.length()).getBytes(UTF_8));
                return text.substring(0, at + part.length());
            }
            int b = in.read();
            if (b < 0) throw new IOException("closed before " + part + ": " + text);
            received.write(b);
        }
    }

    /** Reads up to the end of the connection, and returns all text since the last call. */
    public String rest() throws IOException {
        try {
            for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) received.write(b);
        } catch (javax.net.ssl.SSLException | java.net.SocketException closed) {
            // this is an end, too
        }
        return received.toString(UTF_8);
    }

    public PeerServer open(String from, String to) throws IOException {
        send(header(from, to)).until("</stream:features>");
        return this;
    }

    /** Starts TLS and a new stream, and returns its features. @param certificate may be null */
    public String secure(String from, String to, TestAuthority.Issued certificate) throws Exception {
        open(from, to).send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
                .until("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        handshake(certificate);
        return send(header(from, to)).until("</stream:features>");
    }

    public String id(String features) {
        var id = Pattern.compile(" id='([^']+)'").matcher(features);
        if (!id.find()) throw new AssertionError(features);
        return id.group(1);
    }

    public void handshake(TestAuthority.Issued certificate) throws Exception { handshake(certificate, true); }

    private void handshake(TestAuthority.Issued certificate, boolean asClient) throws Exception {
        socket = secured(plain, certificate, asClient);
    }

    /** Performs the TLS handshake on a connection. @param certificate may be null */
    public static SSLSocket secured(Socket plain, TestAuthority.Issued certificate, boolean asClient) throws Exception {
        var context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = null;
        if (certificate != null) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", key(certificate.key()), new char[0], chain(certificate.certificate()));
            keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
        }
        context.init(keys == null ? null : keys.getKeyManagers(), new TrustManager[]{ new TrustAll() },
                new SecureRandom());
        var secured = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        secured.setUseClientMode(asClient);
        secured.startHandshake();
        return secured;
    }

    /** Reads a chain without checks, so that tests can also show expired certificates. */
    private static Certificate[] chain(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
        }
    }

    private static PrivateKey key(Path file) throws Exception {
        var base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static final class TrustAll implements X509TrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    @Override public void close() throws IOException { plain.close(); }
}
