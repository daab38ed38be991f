package im.martlet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import im.martlet.auth.ScramClientResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * A client that does the usual things: it logs in with SCRAM, enables stream management and carbons, requests the
 * roster and the history, and sends presence and messages.
 */
final class RehearsalClient implements AutoCloseable {
    private static final int PATIENCE = 30_000; // milliseconds for one answer
    private static final String HEADER = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0'"
            + " xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    private static final Pattern CHALLENGE = Pattern.compile("<challenge[^>]*>([^<]*)</challenge>");

    private final String user;
    private Socket socket = new Socket();
    private final StringBuilder unread = new StringBuilder();

    /** @param tls whether to use TLS from the first byte instead of STARTTLS */
    RehearsalClient(InetSocketAddress address, boolean tls, SSLContext jsse, String user, String password)
            throws IOException {
        this.user = user;
        socket.connect(address);
        socket.setSoTimeout(PATIENCE);
        if (!tls) {
            send(HEADER, "</stream:features>");
            send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed");
        }
        socket = jsse.getSocketFactory().createSocket(socket, "localhost", address.getPort(), true);
        send(HEADER, "</stream:features>");
        logIn(password);
        send(HEADER, "</stream:features>");
        send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "id='bind'");
        send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", "<enabled");
        send("<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>", "id='carbons'");
        send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>", "id='roster'");
        send("<iq type='get' id='disco' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
                "id='disco'");
        page(); // before presence, because after it the server resends unacknowledged messages
        send("<presence/><iq type='get' id='ping'><ping xmlns='urn:xmpp:ping'/></iq>", "id='ping'");
    }

    private void logIn(String password) throws IOException {
        String nonce = "rehearsal";
        var reply = send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>"
                + base64(ScramClientResponse.first(user, nonce)) + "</auth>", "</challenge>");
        var challenge = CHALLENGE.matcher(reply);
        if (!challenge.find()) throw new IOException("no challenge in " + reply);
        var last = ScramClientResponse.last(user, nonce,
                new String(Base64.getDecoder().decode(challenge.group(1)), UTF_8), password);
        send("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64(last) + "</response>", "<success");
    }

    private static String base64(String text) { return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)); }

    /** Sends messages to an account, and waits until the server has acknowledged them. */
    void write(String to, int messages) throws IOException {
        var all = new StringBuilder();
        for (int i = 0; i < messages; i++)
            all.append("<message type='chat' id='m").append(i).append("' to='").append(to).append("'><body>message ")
                    .append(i).append("</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>");
        send(all + "<r xmlns='urn:xmpp:sm:3'/>", "<a ");
    }

    /** Requests the newest page of the archive. */
    private void page() throws IOException {
        send("<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before/></set></query></iq>", "id='page'");
    }

    /**
     * Sends text and waits for an answer.
     *
     * @param until the text at the end of the answer
     * @return the received text up to there
     */
    private String send(String text, String until) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        var buffer = new byte[16 * 1024];
        InputStream in = socket.getInputStream();
        int end = unread.indexOf(until);
        for (int read; end < 0; end = unread.indexOf(until)) {
            try {
                read = in.read(buffer);
            } catch (SocketTimeoutException e) {
                throw new IOException("the server did not answer with " + until + ", but with " + unread, e);
            }
            if (read < 0) throw new EOFException(
                    "the server closed the connection before it sent " + until + "; it sent " + unread);
            unread.append(new String(buffer, 0, read, UTF_8));
        }
        var received = unread.substring(0, end + until.length());
        unread.delete(0, received.length());
        return received;
    }

    @Override public void close() throws IOException {
        try {
            send("</stream:stream>", "</stream:stream>");
        } finally {
            socket.close();
        }
    }
}
