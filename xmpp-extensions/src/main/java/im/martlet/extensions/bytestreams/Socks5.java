package im.martlet.extensions.bytestreams;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;

/**
 * The little of SOCKS5 (RFC 1928) that is spoken here: no authentication, and CONNECT to a hash (XEP-0065 §6.3.2).
 * Blocks.
 */
final class Socks5 {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int NO_METHOD = 0xff;
    private static final int CONNECT = 1;
    private static final int NAME = 3;
    private static final int HASH = 40; // SHA-1, in hexadecimal

    /** What a request is answered with (§6). */
    enum Reply {
        DONE(0), REFUSED(2), NO_SUCH_COMMAND(7), NO_SUCH_ADDRESS(8);

        private final int code;

        Reply(int code) { this.code = code; }
    }

    private final InputStream in;
    private final OutputStream out;
    private byte[] asked = new byte[0];

    Socks5(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Hears what a connection is for, without reading further.
     *
     * @return the hash that names a stream, in small letters
     * @throws IOException when it is for nothing that is here; that has been answered
     */
    String hear() throws IOException {
        chooseMethod();
        expect(VERSION);
        int command = one();
        one(); // reserved
        int kind = one();
        if (kind != NAME) {
            answer(command == CONNECT ? Reply.NO_SUCH_ADDRESS : Reply.NO_SUCH_COMMAND);
            throw new IOException("an address of kind " + kind);
        }
        asked = new byte[one()];
        new DataInputStream(in).readFully(asked);
        int port = one() << 8 | one();
        var name = new String(asked, US_ASCII).toLowerCase(Locale.ROOT);
        if (command != CONNECT) {
            answer(Reply.NO_SUCH_COMMAND);
            throw new IOException("command " + command);
        }
        if (port != 0 || name.length() != HASH || !name.matches("[0-9a-f]+")) {
            answer(Reply.REFUSED);
            throw new IOException("no hash, or a port");
        }
        return name;
    }

    /** §3. */
    private void chooseMethod() throws IOException {
        expect(VERSION);
        var methods = new byte[one()];
        new DataInputStream(in).readFully(methods);
        boolean known = false;
        for (byte method : methods) known |= method == NO_AUTHENTICATION;
        out.write(new byte[]{ VERSION, (byte) (known ? NO_AUTHENTICATION : NO_METHOD) });
        if (!known) throw new IOException("it wants to authenticate");
    }

    /** Answers the request with what it has asked for (XEP-0065 §6.3.2). */
    void answer(Reply reply) throws IOException {
        var answer = new byte[7 + asked.length];
        answer[0] = VERSION;
        answer[1] = (byte) reply.code;
        answer[3] = NAME;
        answer[4] = (byte) asked.length;
        System.arraycopy(asked, 0, answer, 5, asked.length);
        out.write(answer);
    }

    private void expect(int value) throws IOException {
        int found = one();
        if (found != value) throw new IOException("not SOCKS5: " + found);
    }

    private int one() throws IOException {
        int b = in.read();
        if (b < 0) throw new EOFException();
        return b;
    }
}
