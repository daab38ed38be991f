package im.martlet.http;

import im.martlet.config.Config;
import im.martlet.net.HostCertificate;
import im.martlet.net.HostCertificates;
import im.martlet.net.PemFiles;
import im.martlet.net.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A server with some routes, on random ports, for the hosts "localhost" and "b.example". */
final class TestHttpServer implements AutoCloseable {
    static final Set<String> HOSTS = new LinkedHashSet<>(List.of("localhost", "b.example"));
    static final String PORTS = "tls = ['127.0.0.1:0']\nplain = ['127.0.0.1:0']\nlocal = ['127.0.0.1:0']\n";

    final HostCertificates certificates = new HostCertificates();
    final HttpServer server;
    final HttpClient client = HttpClient.newBuilder().sslContext(trustingAll()).build();

    TestHttpServer(Route... routes) throws Exception { this("", routes); }

    TestHttpServer(String settings, Route... routes) throws Exception {
        renew();
        server = start(PORTS + settings, certificates, routes);
    }

    static HttpServer start(String settings) throws Exception { return start(settings, new HostCertificates()); }

    private static HttpServer start(String settings, HostCertificates certificates, Route... routes) throws Exception {
        var config = Config.parse("[http]\n" + settings, Path.of("test.toml"));
        var now = HttpSettings.of(config);
        config.finish();
        return new HttpServer(now, new TlsSettings(certificates), () -> HOSTS, List.of(routes),
                new PublicUrls(now, () -> HOSTS));
    }

    /** Replaces the certificates with new ones. */
    void renew() throws Exception {
        var all = new HashMap<String, HostCertificate>();
        for (String host : HOSTS) all.put(host, selfSigned(host));
        certificates.use(all);
    }

    private static HostCertificate selfSigned(String host) throws Exception {
        Path folder = Files.createTempDirectory("martlet-http");
        PemFiles.writeSelfSigned(host, folder.resolve("chain.pem"), folder.resolve("key.pem"));
        return PemFiles.read(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    }

    String https(String path) { return "https://localhost:" + server.secured().getFirst().getPort() + path; }

    String http(String path) { return "http://localhost:" + server.plain().getFirst().getPort() + path; }

    HttpRequest.Builder request(String url, String... headers) {
        var builder = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) builder.headers(headers);
        return builder;
    }

    HttpResponse<String> get(String url, String... headers) throws IOException, InterruptedException {
        return client.send(request(url, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    Socket raw() throws IOException { return new Socket("127.0.0.1", server.plain().getFirst().getPort()); }

    /** Sends text and reads until the server closes. */
    String talk(String... pieces) throws IOException {
        try (var socket = raw()) {
            for (String piece : pieces) socket.getOutputStream().write(piece.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static SSLContext trustingAll() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{ new Anybody() }, new SecureRandom());
        return context;
    }

    /** Checks no names, unlike a plain X509TrustManager. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    static String line(String text, int number) { return Arrays.asList(text.split("\r\n")).get(number); }

    @Override public void close() {
        client.close();
        server.close();
    }
}
