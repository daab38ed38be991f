package im.martlet.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Holds a client to a pace. The time that it makes us wait counts, what we do between does not. Used by one thread. */
final class TransferPace {
    private final double nanosPerByte; // 0 for any pace
    private final long grace; // nanoseconds
    private long waited; // nanoseconds
    private long bytes;

    /** @param slowest bytes a second, 0 for any pace */
    TransferPace(long slowest, long grace) {
        this.nanosPerByte = slowest == 0 ? 0 : 1e9 / slowest;
        this.grace = grace;
    }

    private void passed(int more, long since) {
        waited += System.nanoTime() - since;
        bytes += more;
        if (nanosPerByte > 0 && waited > grace + bytes * nanosPerByte) throw new HttpException(408, "too slow");
    }

    /** A body that a client sends. @param largest bytes that it may have */
    InputStream of(InputStream in, long largest) {
        return new InputStream() {
            private long left = largest;

            @Override public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override public int read(byte[] into, int offset, int length) throws IOException {
                long since = System.nanoTime();
                int read = in.read(into, offset, length);
                if (read < 0) return read;
                left -= read;
                if (left < 0) throw new HttpException(413, "larger than " + largest + " bytes");
                passed(read, since);
                return read;
            }

            @Override public void close() throws IOException { in.close(); }
        };
    }

    /** A body that a client reads. */
    OutputStream of(OutputStream out) {
        return new OutputStream() {
            @Override public void write(int b) throws IOException { write(new byte[]{ (byte) b }, 0, 1); }

            @Override public void write(byte[] from, int offset, int length) throws IOException {
                long since = System.nanoTime();
                out.write(from, offset, length);
                passed(length, since);
            }

            @Override public void flush() throws IOException { out.flush(); }

            @Override public void close() throws IOException { out.close(); }
        };
    }
}
