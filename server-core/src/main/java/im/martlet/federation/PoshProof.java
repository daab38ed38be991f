package im.martlet.federation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.digest.Sha;
import im.martlet.dns.LookupException;
import im.martlet.dns.ServerEndpoint;
import im.martlet.dns.ServerLookup;
import java.io.Closeable;
import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves a certificate by its fingerprint on the web server of the domain (RFC 7711). A remote server chooses the
 * domain, so this class looks the address up once, connects only to addresses that are allowed for servers, and reads
 * little. An HTTP client library would look up names by itself, so none is used.
 */
final class PoshProof implements CertificateProof {
    private static final Logger LOG = LoggerFactory.getLogger(PoshProof.class);
    private static final int PATIENCE_MILLIS = 3000;
    private static final int LONGEST = 64 * 1024; // bytes
    private static final String PATH = "/.well-known/posh/xmpp-server.json";

    private final ServerLookup lookup;
    private final SSLContext tls;
    private final int port;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param tls context with the authorities for web servers
     * @param port port of web servers: 443
     */
    PoshProof(ServerLookup lookup, SSLContext tls, int port) {
        this.lookup = lookup;
        this.tls = tls;
        this.port = port;
    }

    @Override public String name() { return "posh"; }

    @Override public boolean vouches(List<X509Certificate> chain, String domain) {
        try {
            var document = json.readTree(get(domain, IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED), port, PATH));
            var url = document.path("url").asText("");
            if (!url.isEmpty()) document = referred(domain, URI.create(url)); // §3.2: followed once
            return document.path("expires").asLong(0) > 0 && has(document, chain.getFirst());
        } catch (IOException | LookupException | IllegalArgumentException | GeneralSecurityException e) {
            LOG.debug("no fingerprints of {}: {}", domain, e.getMessage());
            return false;
        }
    }

    private JsonNode referred(String domain, URI url) throws IOException, LookupException {
        if (!"https".equals(url.getScheme()) || url.getHost() == null)
            throw new IOException("the document refers to " + url + ", which is no address of https");
        return json.readTree(get(domain, url.getHost(), url.getPort() < 0 ? port : url.getPort(),
                Optional.ofNullable(url.getRawPath()).filter(p -> !p.isEmpty()).orElse("/")));
    }

    private static boolean has(JsonNode document, X509Certificate certificate) throws GeneralSecurityException {
        var strong = List.of(Sha.SHA_256, Sha.SHA_512);
        for (JsonNode fingerprint : document.path("fingerprints")) for (Sha sha : strong) {
            var shown = fingerprint.path(sha.algorithm().toLowerCase(Locale.ROOT)).asText("")
                    .getBytes(StandardCharsets.US_ASCII);
            var own = Base64.getEncoder().encode(sha.digest(certificate.getEncoded()));
            if (MessageDigest.isEqual(own, shown)) return true;
        }
        return false;
    }

    private byte[] get(String domain, String host, int at, String path) throws IOException, LookupException {
        InetAddress address = lookup.addresses(domain, new ServerEndpoint(host, at, true)).getFirst();
        try (var plain = new Socket(); var _ = endingInTime(plain)) {
            plain.connect(new InetSocketAddress(address, at), PATIENCE_MILLIS);
            plain.setSoTimeout(PATIENCE_MILLIS);
            try (var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, at, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\nAccept: application/json\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                return body(socket.getInputStream().readNBytes(LONGEST));
            }
        }
    }

    /** Closes a socket in time, also when its server answers byte by byte. */
    private static Closeable endingInTime(Socket socket) {
        var end = CompletableFuture.runAsync(() -> {
            try {
                socket.close();
            } catch (IOException closed) {
                // closed anyway
            }
        }, CompletableFuture.delayedExecutor(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        return () -> end.cancel(false);
    }

    private static byte[] body(byte[] answer) throws IOException {
        var text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] 200 .*"))
            throw new IOException("the web server answered " + text.lines().findFirst().orElse("nothing"));
        return text.substring(end + 4).getBytes(StandardCharsets.UTF_8);
    }
}
