package im.martlet.extensions.bytestreams;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;

/**
 * The server's side of the part of SOCKS5 (RFC 1928) that XEP-0065 uses: no authentication, and CONNECT to a hash
 * (XEP-0065 §6.3.2). Blocks.
 */
final class Socks5 {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int NO_METHOD = 0xff;
    private static final int CONNECT = 1;
    private static final int NAME = 3;
    private static final int HASH = 40; // SHA-1, in hexadecimal

    /** Codes of replies (RFC 1928 §6). */
    enum Reply {
        SUCCEEDED(0), REFUSED(2), NO_SUCH_COMMAND(7), NO_SUCH_ADDRESS(8);

        private final int code;

        Reply(int code) { this.code = code; }
    }

    private final InputStream in;
    private final OutputStream out;
    private byte[] name = new byte[0]; // the destination that the client asked for

    Socks5(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Reads the client's request, and no byte after it.
     *
     * @return the hash that names a stream, in lower case
     * @throws IOException if the request is not for a stream; the client has its reply then
     */
    String readRequest() throws IOException {
        chooseMethod();
        expect(VERSION);
        int command = one();
        one(); // reserved
        int kind = one();
        if (kind != NAME) {
            answer(command == CONNECT ? Reply.NO_SUCH_ADDRESS : Reply.NO_SUCH_COMMAND);
            throw new IOException("the request has an address of type " + kind + " instead of a name");
        }
        name = new byte[one()];
        new DataInputStream(in).readFully(name);
        int port = one() << 8 | one();
        var hash = new String(name, US_ASCII).toLowerCase(Locale.ROOT);
        if (command != CONNECT) {
            answer(Reply.NO_SUCH_COMMAND);
            throw new IOException("the request has the command " + command + " instead of CONNECT");
        }
        if (port != 0 || hash.length() != HASH || !hash.matches("[0-9a-f]+")) {
            answer(Reply.REFUSED);
            throw new IOException("the request needs a hash of 40 hexadecimal digits and the port 0");
        }
        return hash;
    }

    /** Negotiates the authentication method: none (RFC 1928 §3). */
    private void chooseMethod() throws IOException {
        expect(VERSION);
        var methods = new byte[one()];
        new DataInputStream(in).readFully(methods);
        boolean supported = false;
        for (byte method : methods) supported |= method == NO_AUTHENTICATION;
        out.write(new byte[]{ VERSION, (byte) (supported ? NO_AUTHENTICATION : NO_METHOD) });
        if (!supported) throw new IOException("the client offers only methods with authentication");
    }

    /** Sends a reply that repeats the requested name (XEP-0065 §6.3.2). */
    void answer(Reply reply) throws IOException {
        var answer = new byte[7 + name.length];
        answer[0] = VERSION;
        answer[1] = (byte) reply.code;
        answer[3] = NAME;
        answer[4] = (byte) name.length;
        System.arraycopy(name, 0, answer, 5, name.length);
        out.write(answer);
    }

    private void expect(int value) throws IOException {
        int found = one();
        if (found != value) throw new IOException("the client does not speak SOCKS5: version " + found);
    }

    private int one() throws IOException {
        int b = in.read();
        if (b < 0) throw new EOFException();
        return b;
    }
}
