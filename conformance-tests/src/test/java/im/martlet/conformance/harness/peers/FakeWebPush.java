package im.martlet.conformance.harness.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A push service (RFC 8030) with one browser, which decrypts messages by the HMAC steps of RFC 8291. */
public final class FakeWebPush implements AutoCloseable {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** @param headers the values by lower-case name */
    public record Pushed(Map<String, String> headers, String text) {}

    /** @param header a header line such as "Retry-After: 1", or empty */
    private record Answer(int status, String header) {}

    private final HttpsServer server;
    private final KeyPair keys;
    private final byte[] auth = new byte[16];
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<Pushed> received = new LinkedBlockingQueue<>();
    private final List<Pushed> all = new CopyOnWriteArrayList<>();

    public FakeWebPush(TestAuthority.Issued certificate) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC", "SunEC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
        new SecureRandom().nextBytes(auth);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(certificate)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private static SSLContext tls(TestAuthority.Issued certificate) throws Exception {
        var read = im.martlet.net.PemFiles.read(certificate.certificate(), certificate.key());
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", read.key(), new char[0], read.chain().toArray(X509Certificate[]::new));
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    public String origin() { return "https://localhost:" + server.getAddress().getPort(); }

    /** The subscription of a browser. */
    public record Subscription(String endpoint, String p256dh, String auth) {}

    public Subscription browser() {
        return new Subscription(origin() + "/device", BASE64.encodeToString(encoded((ECPublicKey) keys.getPublic())),
                BASE64.encodeToString(auth));
    }

    /** Returns the element that a client registers. */
    public String registration() {
        var browser = browser();
        return "<register xmlns='urn:martlet:push:0'><endpoint>" + browser.endpoint() + "</endpoint><p256dh>"
                + browser.p256dh() + "</p256dh><auth>" + browser.auth() + "</auth></register>";
    }

    /** Answers the next message with this status instead of 201. */
    public void answer(int status, String header) {
        answers.add(new Answer(status, header));
    }

    /** Waits for the next accepted message. */
    public Pushed next() throws InterruptedException {
        var next = received.poll(60, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing came");
        return next;
    }

    /** Returns all messages that were accepted so far. */
    public List<Pushed> all() { return List.copyOf(all); }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var answer = answers.poll();
            if (answer != null) {
                if (!answer.header.isEmpty())
                    exchange.getResponseHeaders().add(answer.header.split(": ")[0], answer.header.split(": ")[1]);
                exchange.sendResponseHeaders(answer.status, -1);
                return;
            }
            var headers = new java.util.HashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            headers.put(":path", exchange.getRequestURI().getPath());
            var pushed = new Pushed(headers, text(body));
            all.add(pushed);
            received.add(pushed);
            exchange.getResponseHeaders().add("Location", origin() + "/message/1");
            exchange.sendResponseHeaders(201, -1);
        }
    }

    private String text(byte[] body) {
        try {
            return new String(decrypt(body), UTF_8);
        } catch (GeneralSecurityException e) {
            return "cannot decrypt: " + e;
        }
    }

    /** RFC 8291 §3.4, RFC 8188 §2. */
    private byte[] decrypt(byte[] message) throws GeneralSecurityException {
        var salt = Arrays.copyOf(message, 16);
        int length = message[20];
        var sender = Arrays.copyOfRange(message, 21, 21 + length);
        var agreement = KeyAgreement.getInstance("ECDH", "SunEC");
        agreement.init(keys.getPrivate());
        agreement.doPhase(decoded(sender), true);
        var own = encoded((ECPublicKey) keys.getPublic());
        var first = hmac(auth, agreement.generateSecret());
        var keying = hmac(first, join(join(join("WebPush: info\0".getBytes(US_ASCII), own), sender), new byte[]{ 1 }));
        var second = hmac(salt, keying);
        var key = Arrays.copyOf(hmac(second, join("Content-Encoding: aes128gcm\0".getBytes(US_ASCII), new byte[]{ 1 })),
                16);
        var nonce =
                Arrays.copyOf(hmac(second, join("Content-Encoding: nonce\0".getBytes(US_ASCII), new byte[]{ 1 })), 12);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        var padded = cipher.doFinal(message, 21 + length, message.length - 21 - length);
        int end = padded.length - 1;
        while (padded[end] == 0) end--;
        if (padded[end] != 2) throw new GeneralSecurityException("not the last record");
        return Arrays.copyOf(padded, end);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static byte[] join(byte[] a, byte[] b) {
        var all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static byte[] encoded(ECPublicKey key) {
        return join(join(new byte[]{ 4 }, fixed(key.getW().getAffineX())), fixed(key.getW().getAffineY()));
    }

    private static byte[] fixed(BigInteger number) {
        var bytes = number.toByteArray();
        var all = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, all, 32 - length, length);
        return all;
    }

    private ECPublicKey decoded(byte[] key) throws GeneralSecurityException {
        var point = new ECPoint(new BigInteger(1, Arrays.copyOfRange(key, 1, 33)),
                new BigInteger(1, Arrays.copyOfRange(key, 33, 65)));
        return (ECPublicKey) KeyFactory.getInstance("EC", "SunEC")
                .generatePublic(new ECPublicKeySpec(point, ((ECPublicKey) keys.getPublic()).getParams()));
    }

    @Override public void close() { server.stop(0); }
}
