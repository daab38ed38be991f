package im.martlet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import im.martlet.dns.DnsResolver;
import im.martlet.dns.LookupException;
import im.martlet.dns.ServerLookup;
import im.martlet.dns.SrvRecord;
import im.martlet.net.PemFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proof of a certificate by its fingerprint on the web server of the domain (RFC 7711). */
class PoshProofTest {
    private static final String PATH = "/.well-known/posh/xmpp-server.json";

    @TempDir Path folder;
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpsServer web;
    private X509Certificate webCertificate;
    private X509Certificate serverCertificate;

    private X509Certificate certificate(String host) throws Exception {
        PemFiles.writeSelfSigned(host, folder.resolve(host + ".crt"), folder.resolve(host + ".key"));
        return PemFiles.read(folder.resolve(host + ".crt"), folder.resolve(host + ".key")).certificate();
    }

    @BeforeEach void start() throws Exception {
        serverCertificate = certificate("xmpp.hoster.example");
        webCertificate = certificate("posh.example");
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var pair = PemFiles.read(folder.resolve("posh.example.crt"), folder.resolve("posh.example.key"));
        store.setKeyEntry("web", pair.key(), new char[0], pair.chain().toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setHttpsConfigurator(new HttpsConfigurator(tls));
        web.createContext("/", exchange -> {
            requests.incrementAndGet();
            var page = pages.get(exchange.getRequestURI().getPath());
            byte[] body = (page == null ? "no" : page).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(page == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
    }

    @AfterEach void stop() { web.stop(0); }

    private static DnsResolver loopback() {
        return new DnsResolver() {
            @Override public List<SrvRecord> srv(String service, String domain) { return List.of(); }

            @Override public List<InetAddress> addresses(String host) throws LookupException {
                return List.of(InetAddress.getLoopbackAddress());
            }
        };
    }

    private PoshProof posh(Set<X509Certificate> authorities, boolean privateAllowed) {
        return new PoshProof(new ServerLookup(loopback(), Map::of, () -> privateAllowed),
                CertificateTrust.of(authorities).forWeb(), web.getAddress().getPort());
    }

    private static String fingerprint(X509Certificate certificate) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    private static String document(X509Certificate certificate, int expires) throws Exception {
        return "{\"fingerprints\":[{\"sha-256\":\"AAAA\"},{\"sha-256\":\"" + fingerprint(certificate)
                + "\"}],\"expires\":" + expires + "}";
    }

    private boolean isProved() {
        return posh(Set.of(webCertificate), true).vouches(List.of(serverCertificate), "posh.example");
    }

    @Test void aPublishedFingerprintIsAccepted() throws Exception {
        pages.put(PATH, document(serverCertificate, 3600));
        assertThat(isProved()).isTrue();
    }

    private void refer(String url) { pages.put(PATH, "{\"url\":\"" + url + "\",\"expires\":60}"); }

    private String elsewhere(String scheme) {
        return scheme + "://posh.example:" + web.getAddress().getPort() + "/elsewhere.json";
    }

    @Test void aReferenceIsFollowed() throws Exception {
        pages.put("/elsewhere.json", document(serverCertificate, 3600));
        refer(elsewhere("https"));
        assertThat(isProved()).isTrue();
    }

    @Test void aReferenceWithoutTlsIsNotFollowed() throws Exception {
        pages.put("/elsewhere.json", document(serverCertificate, 3600));
        refer(elsewhere("http"));
        assertThat(isProved()).isFalse();
    }

    @Test void aSecondReferenceIsNotFollowed() throws Exception {
        refer(elsewhere("https"));
        pages.put("/elsewhere.json", pages.get(PATH).replace("/elsewhere", "/third"));
        pages.put("/third.json", document(serverCertificate, 3600));
        assertThat(isProved()).isFalse();
    }

    @Test void otherFingerprintsAndInvalidDocumentsAreRejected() throws Exception {
        for (String page : List.of(document(webCertificate, 3600), document(serverCertificate, 0), "[]", "{}", "{", "",
                "x".repeat(200_000), "{\"fingerprints\":7,\"expires\":1}")) {
            pages.put(PATH, page);
            assertThat(isProved()).as(page.substring(0, Math.min(page.length(), 50))).isFalse();
        }
        pages.remove(PATH);
        assertThat(isProved()).isFalse();
    }

    @Test void aSlowWebServerIsGivenUp() throws Exception {
        byte[] body = document(serverCertificate, 3600).getBytes(StandardCharsets.UTF_8);
        web.createContext(PATH, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            for (byte b : body) try {
                exchange.getResponseBody().write(b);
                exchange.getResponseBody().flush();
                java.util.concurrent.TimeUnit.MILLISECONDS.sleep(200); // all bytes would take 20 seconds
            } catch (InterruptedException e) {
                return;
            }
            exchange.close();
        });
        assertThat(isProved()).isFalse();
    }

    @Test void aWebServerWithoutATrustedCertificateIsIgnored() throws Exception {
        pages.put(PATH, document(serverCertificate, 3600));
        assertThat(posh(Set.of(serverCertificate), true).vouches(List.of(serverCertificate), "posh.example")).isFalse();
        assertThat(posh(Set.of(webCertificate), true).vouches(List.of(serverCertificate), "other.example")).isFalse();
        assertThat(requests).hasValue(0);
    }

    @Test void webServersAtPrivateAddressesAreNotAsked() throws Exception {
        pages.put(PATH, document(serverCertificate, 3600));
        assertThat(posh(Set.of(webCertificate), false).vouches(List.of(serverCertificate), "posh.example")).isFalse();
        assertThat(requests).hasValue(0);
    }

    private CertificateTrustCache cache() {
        return new CertificateTrustCache(CertificateTrust.of(Set.of(webCertificate)),
                () -> List.of(posh(Set.of(webCertificate), true)));
    }

    @Test void theResultOfALookupIsRemembered() throws Exception {
        pages.put(PATH, document(serverCertificate, 3600));
        var cache = cache();
        var chain = List.of(serverCertificate);
        for (int i = 0; i < 3; i++) assertThat(cache.reason(chain, "posh.example")).contains("posh");
        for (int i = 0; i < 3; i++) assertThat(cache.refusal(chain, "other.example")).isPresent();
        assertThat(requests).hasValue(1);
    }

    @Test void withoutACertificateNothingIsLookedUp() {
        assertThat(cache().refusal(List.of(), "posh.example")).contains("no certificate was shown");
        assertThat(requests).hasValue(0);
    }

    @Test void anAuthorityComesBeforeALookup() {
        assertThat(cache().reason(List.of(webCertificate), "posh.example")).contains("certificate");
        assertThat(requests).hasValue(0);
    }
}
