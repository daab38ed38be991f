package im.martlet.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * What a client goes on sending though it has its answer. A connection, or a stream of HTTP/2, that ends before that
 * was read is reset, and then the client may not see the answer; so some of it is read. Who waits to be told to go on
 * (RFC 9110 §10.1.1) sends nothing.
 */
final class UnreadBody {
    private static final long MOST = 16 << 20;

    private UnreadBody() {}

    /** Reads on for a while, at the pace that the client is held to. */
    static void discard(Request request, boolean waits) {
        if (waits) return;
        try {
            InputStream body = request.body();
            var buffer = new byte[1 << 16];
            for (long left = MOST; left > 0;) {
                int read = body.read(buffer);
                if (read < 0) return;
                left -= read;
            }
        } catch (IOException | HttpException gone) {
            // or too slow: then it has had its time
        }
    }
}
