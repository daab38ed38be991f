package im.martlet.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the rest of a request that already has its response. A connection, or a stream of HTTP/2, with unread input is
 * reset at its end, and then the client may miss the response. A client that waits for 100 Continue (RFC 9110 §10.1.1)
 * sends nothing.
 */
final class UnreadBody {
    private static final long MAX_BYTES = 16 << 20;

    private UnreadBody() {}

    /** Reads and drops the rest of the body, within limits of size and time. */
    static void discard(Request request, boolean expectsContinue) {
        if (expectsContinue) return;
        try {
            InputStream body = request.body();
            var buffer = new byte[1 << 16];
            for (long left = MAX_BYTES; left > 0;) {
                int read = body.read(buffer);
                if (read < 0) return;
                left -= read;
            }
        } catch (IOException | HttpException gone) {
            // or the client is too slow, and has had its time
        }
    }
}
