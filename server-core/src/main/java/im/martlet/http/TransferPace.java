package im.martlet.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Requires a lowest speed of a client. Only the time counts during which the server waits for the client. Used by one
 * thread.
 */
final class TransferPace {
    private final double nanosPerByte; // 0 for any speed
    private final long grace; // nanoseconds
    private long waited; // nanoseconds
    private long bytes;

    /**
     * @param slowest the lowest speed in bytes a second; 0 for any speed
     * @param grace the nanoseconds of waiting before the speed counts
     */
    TransferPace(long slowest, long grace) {
        this.nanosPerByte = slowest == 0 ? 0 : 1e9 / slowest;
        this.grace = grace;
    }

    private void count(int more, long since) {
        waited += System.nanoTime() - since;
        bytes += more;
        if (nanosPerByte > 0 && waited > grace + bytes * nanosPerByte)
            throw new HttpException(408, "the client is too slow");
    }

    /** Returns the body of a request, with a size limit in bytes. */
    InputStream of(InputStream in, long maxBytes) {
        return new InputStream() {
            private long left = maxBytes;

            @Override public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override public int read(byte[] into, int offset, int length) throws IOException {
                long since = System.nanoTime();
                int read = in.read(into, offset, length);
                if (read < 0) return read;
                left -= read;
                if (left < 0) throw HttpException.tooLarge(maxBytes);
                count(read, since);
                return read;
            }

            @Override public void close() throws IOException { in.close(); }
        };
    }

    /** Returns the output for the body of a response. */
    OutputStream of(OutputStream out) {
        return new OutputStream() {
            @Override public void write(int b) throws IOException { write(new byte[]{ (byte) b }, 0, 1); }

            @Override public void write(byte[] from, int offset, int length) throws IOException {
                long since = System.nanoTime();
                out.write(from, offset, length);
                count(length, since);
            }

            @Override public void flush() throws IOException { out.flush(); }

            @Override public void close() throws IOException { out.close(); }
        };
    }
}
