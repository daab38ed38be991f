package im.martlet.conformance.harness.peers;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that uploads files (XEP-0363). */
public final class UploadClient implements AutoCloseable {
    public static final String NS = "urn:xmpp:http:upload:0";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** @param put the URL for the upload, with the slot's signature */
    public record Slot(URI put, URI get) {}

    public final Client client;
    public final HttpClient http;
    private final String service;

    private UploadClient(Client client) throws Exception {
        this.client = client;
        this.service = "upload." + client.jid().domain();
        this.http = HttpClient.newBuilder().sslContext(Client.trustingAnybody()).version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public static UploadClient at(LocalServer server) throws Exception {
        return as(server, server.account("uploader"));
    }

    public static UploadClient as(LocalServer server, Jid account) throws Exception {
        return new UploadClient(server.login(account, "here"));
    }

    public static UploadClient with(Client loggedIn) throws Exception { return new UploadClient(loggedIn); }

    public Jid jid() { return client.jid(); }

    /** Requests a slot. @param attributes attributes of the request @param children children of the request */
    public ReceivedXml ask(String attributes, String children) throws Exception {
        var id = "slot" + NUMBER.incrementAndGet();
        client.send("<iq type='get' id='" + id + "' to='" + service + "'><request xmlns='" + NS + "' " + attributes
                + ">" + children + "</request></iq>");
        var answer = client.receive();
        if (!answer.attribute("id").equals(id)) throw new AssertionError("not the reply: " + answer);
        return answer;
    }

    public Slot slot(String file, long bytes, String type) throws Exception { return slot(file, bytes, type, ""); }

    public Slot slot(String file, long bytes, String type, String purpose) throws Exception {
        var answer = ask(
                "filename='" + file + "' size='" + bytes + "'" + (type.isEmpty() ? "" : " content-type='" + type + "'"),
                purpose);
        var slot = answer.child("slot").orElseThrow(() -> new AssertionError("no slot: " + answer));
        return new Slot(URI.create(slot.child("put").orElseThrow().attribute("url")),
                URI.create(slot.child("get").orElseThrow().attribute("url")));
    }

    public HttpResponse<String> put(URI where, byte[] bytes, String type) throws IOException, InterruptedException {
        return put(where, BodyPublishers.ofByteArray(bytes), type);
    }

    public HttpResponse<String> put(URI where, BodyPublisher body, String type)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(where).PUT(body);
        return http.send((type.isEmpty() ? request : request.header("Content-Type", type)).build(),
                BodyHandlers.ofString());
    }

    /** Uploads a file. @return the URL of the file */
    public URI upload(String file, byte[] bytes, String type) throws Exception {
        var slot = slot(file, bytes.length, type);
        var answer = put(slot.put, bytes, type);
        if (answer.statusCode() != 201) throw new AssertionError(answer + ": " + answer.body());
        return slot.get;
    }

    public HttpResponse<byte[]> get(URI where, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(where);
        if (headers.length > 0) request.headers(headers);
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    public HttpResponse<byte[]> send(String method, URI where, String... headers)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(where).method(method, BodyPublishers.noBody()).headers(headers).build(),
                BodyHandlers.ofByteArray());
    }

    @Override public void close() throws IOException {
        http.close();
        client.close();
    }
}
