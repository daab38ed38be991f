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

/** Fingerprints of certificates on the web servers of domains (RFC 7711). */
class PoshProofTest {
    private static final String PATH = "/.well-known/posh/xmpp-server.json";

    @TempDir Path folder;
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpsServer web;
    private X509Certificate ofWeb;
    private X509Certificate ofServer;

    private X509Certificate certificate(String host) throws Exception {
        PemFiles.writeSelfSigned(host, folder.resolve(host + ".crt"), folder.resolve(host + ".key"));
        return PemFiles.read(folder.resolve(host + ".crt"), folder.resolve(host + ".key")).certificate();
    }

    @BeforeEach void start() throws Exception {
        ofServer = certificate("xmpp.hoster.example");
        ofWeb = certificate("posh.example");
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
            asked.incrementAndGet();
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

    private PoshProof posh(Set<X509Certificate> authorities, boolean anywhere) {
        return new PoshProof(new ServerLookup(loopback(), Map::of, () -> anywhere),
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

    private boolean vouches() { return posh(Set.of(ofWeb), true).vouches(List.of(ofServer), "posh.example"); }

    @Test void aFingerprintThatIsThereIsBelieved() throws Exception {
        pages.put(PATH, document(ofServer, 3600));
        assertThat(vouches()).isTrue();
    }

    @Test void aReferenceIsFollowedOnceAndToWebServersWithTlsOnly() throws Exception {
        pages.put("/elsewhere.json", document(ofServer, 3600));
        pages.put(PATH,
                "{\"url\":\"https://posh.example:" + web.getAddress().getPort() + "/elsewhere.json\",\"expires\":60}");
        assertThat(vouches()).isTrue();
        pages.put(PATH, "{\"url\":\"http://posh.example/elsewhere.json\",\"expires\":60}");
        assertThat(vouches()).isFalse();
        pages.put("/elsewhere.json", pages.get(PATH).replace("http:", "https:"));
        pages.put(PATH,
                "{\"url\":\"https://posh.example:" + web.getAddress().getPort() + "/elsewhere.json\",\"expires\":60}");
        assertThat(vouches()).isFalse();
    }

    @Test void anotherFingerprintAnExpiredOneAndAnythingElseAreNot() throws Exception {
        for (String page : List.of(document(ofWeb, 3600), document(ofServer, 0), "[]", "{}", "{", "",
                "x".repeat(200_000), "{\"fingerprints\":7,\"expires\":1}")) {
            pages.put(PATH, page);
            assertThat(vouches()).as(page.substring(0, Math.min(page.length(), 50))).isFalse();
        }
        pages.remove(PATH);
        assertThat(vouches()).isFalse();
    }

    @Test void aWebServerThatAnswersByteByByteIsNotWaitedFor() throws Exception {
        byte[] body = document(ofServer, 3600).getBytes(StandardCharsets.UTF_8);
        web.createContext(PATH, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            for (byte b : body) try {
                exchange.getResponseBody().write(b);
                exchange.getResponseBody().flush();
                java.util.concurrent.TimeUnit.MILLISECONDS.sleep(200); // so slow, it would take 20 seconds
            } catch (InterruptedException stopped) {
                return;
            }
            exchange.close();
        });
        assertThat(vouches()).isFalse();
    }

    @Test void aWebServerThatCannotProveWhoItIsSaysNothing() throws Exception {
        pages.put(PATH, document(ofServer, 3600));
        assertThat(posh(Set.of(ofServer), true).vouches(List.of(ofServer), "posh.example")).isFalse();
        assertThat(posh(Set.of(ofWeb), true).vouches(List.of(ofServer), "other.example")).isFalse();
        assertThat(asked).hasValue(0);
    }

    @Test void nothingIsAskedOfAddressesThatAreNotOfTheInternet() throws Exception {
        pages.put(PATH, document(ofServer, 3600));
        assertThat(posh(Set.of(ofWeb), false).vouches(List.of(ofServer), "posh.example")).isFalse();
        assertThat(asked).hasValue(0);
    }

    @Test void whatWasFoundOutIsRememberedAndNotAskedAgain() throws Exception {
        pages.put(PATH, document(ofServer, 3600));
        var belief =
                new CertificateTrustCache(CertificateTrust.of(Set.of(ofWeb)), () -> List.of(posh(Set.of(ofWeb), true)));
        for (int i = 0; i < 3; i++) assertThat(belief.reason(List.of(ofServer), "posh.example")).contains("posh");
        for (int i = 0; i < 3; i++) assertThat(belief.refusal(List.of(ofServer), "other.example")).isPresent();
        assertThat(asked).hasValue(1);
        assertThat(belief.refusal(List.of(), "posh.example")).contains("no certificate was shown");
        assertThat(belief.reason(List.of(ofWeb), "posh.example")).contains("certificate");
    }
}
