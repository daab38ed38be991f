package im.martlet.extensions.upload.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts (seals) the blobs of another store. A blob begins with its own key, which is encrypted with the server's key
 * and bound to the blob's name. Then follow pieces, each encrypted by AES-GCM with its number as the nonce, so that
 * reading can begin at any piece. Pieces that were changed, moved or left out do not open. An unsealed blob is read as
 * it is.
 */
public final class SealedBlobs implements BlobStore {
    private static final byte[] FORMAT = "MBS1".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int HEADER = 4 + NONCE + KEY + TAG;
    private static final int PIECE = 64 * 1024; // bytes of plain text
    private static final SecureRandom RANDOM = new SecureRandom();

    private final BlobStore inner;
    private final List<byte[]> keys;

    /**
     * Creates a store on top of another.
     *
     * @param keys keys of 32 bytes. The first seals new blobs, and each opens the blobs that it sealed. Without keys
     * new blobs are not sealed
     */
    public SealedBlobs(BlobStore inner, List<byte[]> keys) {
        this.inner = inner;
        this.keys = List.copyOf(keys);
    }

    private static boolean isSealed(String name) { return name.startsWith(BlobNames.SEALED); }

    @Override public String name() { return keys.isEmpty() ? inner.name() : BlobNames.next(BlobNames.SEALED); }

    @Override public Draft draft(String name, long length) throws IOException {
        if (!isSealed(name)) return inner.draft(name, length);
        var key = random(KEY);
        var nonce = random(NONCE);
        var wrapped = crypt(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, name, key, KEY);
        long pieces = (length + PIECE - 1) / PIECE;
        var draft = inner.draft(name, HEADER + length + pieces * TAG);
        draft.write(ByteBuffer.allocate(HEADER).put(FORMAT).put(nonce).put(wrapped).array(), 0, HEADER);
        return new SealedDraft(draft, key);
    }

    @Override public InputStream open(String name, long from) throws IOException {
        if (!isSealed(name)) return inner.open(name, from);
        byte[] key;
        try (var in = inner.open(name, 0)) {
            key = unwrap(name, in.readNBytes(HEADER));
        }
        long piece = from / PIECE;
        var in = new UnsealedStream(inner.open(name, HEADER + piece * (PIECE + TAG)), key, piece);
        try {
            in.skipNBytes(from % PIECE);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return in;
    }

    @Override public void delete(String name) throws IOException { inner.delete(name); }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private byte[] unwrap(String name, byte[] header) throws IOException {
        if (header.length < HEADER || !Arrays.equals(header, 0, FORMAT.length, FORMAT, 0, FORMAT.length))
            throw new IOException("the sealed file " + name + " is damaged");
        var nonce = Arrays.copyOfRange(header, FORMAT.length, FORMAT.length + NONCE);
        var wrapped = Arrays.copyOfRange(header, FORMAT.length + NONCE, HEADER);
        for (byte[] key : keys) try {
            return crypt(Cipher.DECRYPT_MODE, key, nonce, name, wrapped, wrapped.length);
        } catch (IOException another) {
            // the next key may open it
        }
        throw new IOException("the sealed file " + name + " is damaged, or sealed with a key that is not configured");
    }

    private static byte[] crypt(int mode, byte[] key, byte[] nonce, String bound, byte[] bytes, int length)
            throws IOException {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(bound.getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(bytes, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IOException("the key does not open the blob", e);
        }
    }

    /** Encrypts or decrypts one piece after the other with one key. The number of a piece is its nonce. */
    private static final class Pieces {
        private final Cipher cipher;
        private final SecretKeySpec key;
        private final int mode;
        private long number;

        Pieces(int mode, byte[] key, long first) throws IOException {
            this.mode = mode;
            this.key = new SecretKeySpec(key, "AES");
            this.number = first;
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }

        int next(byte[] from, int length, byte[] into) throws IOException {
            try {
                cipher.init(mode, key, new GCMParameterSpec(TAG * 8,
                        ByteBuffer.allocate(NONCE).putLong(NONCE - Long.BYTES, number++).array()));
                return cipher.doFinal(from, 0, length, into);
            } catch (GeneralSecurityException e) {
                throw new IOException("a piece of the sealed file is damaged", e);
            }
        }
    }

    private static final class SealedDraft implements Draft {
        private final Draft inner;
        private final Pieces pieces;
        private final byte[] piece = new byte[PIECE];
        private final byte[] sealed = new byte[PIECE + TAG];
        private int filled;

        SealedDraft(Draft inner, byte[] key) throws IOException {
            this.inner = inner;
            this.pieces = new Pieces(Cipher.ENCRYPT_MODE, key, 0);
        }

        @Override public void write(byte[] from, int offset, int length) throws IOException {
            for (int at = offset, left = length; left > 0;) {
                int count = Math.min(left, PIECE - filled);
                System.arraycopy(from, at, piece, filled, count);
                filled += count;
                at += count;
                left -= count;
                if (filled == PIECE) seal();
            }
        }

        private void seal() throws IOException {
            inner.write(sealed, 0, pieces.next(piece, filled, sealed));
            filled = 0;
        }

        @Override public void keep() throws IOException {
            if (filled > 0) seal();
            inner.keep();
        }

        @Override public void close() throws IOException { inner.close(); }
    }

    private static final class UnsealedStream extends InputStream {
        private final InputStream inner;
        private final Pieces pieces;
        private final byte[] sealed = new byte[PIECE + TAG];
        private final byte[] piece = new byte[PIECE];
        private int at;
        private int end;

        UnsealedStream(InputStream inner, byte[] key, long first) throws IOException {
            this.inner = inner;
            this.pieces = new Pieces(Cipher.DECRYPT_MODE, key, first);
        }

        @Override public int read() throws IOException { return more() ? piece[at++] & 0xff : -1; }

        @Override public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (!more()) return -1;
            int count = Math.min(length, end - at);
            System.arraycopy(piece, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean more() throws IOException {
            if (at < end) return true;
            int read = inner.readNBytes(sealed, 0, sealed.length);
            if (read == 0) return false;
            end = pieces.next(sealed, read, piece);
            at = 0;
            return end > 0;
        }

        @Override public void close() throws IOException { inner.close(); }
    }
}
