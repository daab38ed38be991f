package im.martlet.extensions.upload;

import im.martlet.auth.InstallationKey;
import im.martlet.extensions.upload.store.BlobStore;
import im.martlet.extensions.upload.store.BlobStore.Draft;
import im.martlet.http.HttpException;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Response;
import im.martlet.storage.upload.UploadBlobs;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.Description;
import im.martlet.storage.upload.Uploads.Upload;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files come (XEP-0363 §7). A file is written as it comes; it is answered when it is in the store and the database, for
 * good. Nobody can tell whether the same file was there before: everything is written, and shared later.
 */
@Singleton
final class UploadHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);
    private static final int AT_ONCE = 64 * 1024;

    /** What is known of the store. */
    record Stored(Uploads uploads, UploadBlobs blobs, BlobStore store) {
        @Inject Stored {}
    }

    private final Stored stored;
    private final UploadSlots slots;
    private final UploadQuota allowance;
    private final InstallationKey key;
    private final InstantSource clock;
    private final Set<String> writing = ConcurrentHashMap.newKeySet(); // names of blobs

    @Inject UploadHandler(Stored stored, UploadSlots slots, UploadQuota allowance, InstallationKey key,
            InstantSource clock) {
        this.stored = stored;
        this.slots = slots;
        this.allowance = allowance;
        this.key = key;
        this.clock = clock;
    }

    /** Whether something is being written under a name. */
    boolean isWriting(String blob) {
        return writing.contains(blob);
    }

    HttpReply put(Request request) throws IOException {
        var slot = slot(request);
        var type = type(slot, request);
        if (!allowance.begin(slot)) throw new HttpException(409, "this slot is being used already");
        boolean kept = false;
        try {
            if (stored.uploads.find(slot.id()).isPresent()) throw new HttpException(409, "this slot was used already");
            allowance.reserve(slot, clock.instant())
                    .ifPresent(refusal -> { throw new HttpException(507, refusal.why()); });
            kept = store(slot, type, request.body());
        } finally {
            allowance.end(slot, kept);
        }
        if (!kept) throw new HttpException(409, "this slot was used already, or its account is gone");
        return Response.empty(201);
    }

    private UploadSlot slot(Request request) {
        var id = FileRoutes.firstPart(request.rest());
        var slot = request.parameter(HttpUpload.SLOT).flatMap(text -> slots.read(id, text))
                .orElseThrow(() -> new HttpException(403, "this is no slot"));
        if (!clock.instant().isBefore(slot.until()))
            throw new HttpException(403, "the slot has expired; ask for a new one");
        if (request.length() < 0) throw new HttpException(411, "say how many bytes it has");
        if (request.length() != slot.bytes()) throw new HttpException(request.length() > slot.bytes() ? 413 : 400,
                "the slot is for " + slot.bytes() + " bytes, not for " + request.length());
        return slot;
    }

    /** §7: "SHOULD reject the file if the Content-Type has been specified beforehand and does not match". */
    private static String type(UploadSlot slot, Request request) {
        var given = request.header("Content-Type").filter(type -> !type.isBlank());
        if (given.isEmpty()) return slot.type().isEmpty() ? MediaType.UNKNOWN.text() : slot.type();
        try {
            var type = MediaType.parse(given.get()).text();
            if (!slot.type().isEmpty() && !slot.type().equals(type))
                throw new HttpException(415, "the slot is for " + slot.type() + ", not for " + type);
            return type;
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, String.valueOf(e.getMessage()));
        }
    }

    private boolean store(UploadSlot slot, String type, InputStream body) throws IOException {
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var blob = stored.store.name();
        writing.add(blob);
        try {
            stored.blobs.begin(blob, slot.bytes(), now);
            var hash = write(blob, slot, body);
            var upload = new Upload(slot.id(), slot.owner(),
                    new Description(slot.file(), type, slot.bytes(), slot.purpose().word()), now, slot.expires(), blob);
            return stored.uploads.finish(upload, HexFormat.of().formatHex(key.derive("upload-content", hash)));
        } finally {
            writing.remove(blob);
        }
    }

    /** @return the hash of what has come */
    private String write(String blob, UploadSlot slot, InputStream body) throws IOException {
        try (var draft = draft(blob, slot.bytes())) {
            var digest = sha256();
            var buffer = new byte[AT_ONCE];
            long left = slot.bytes();
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                left -= read;
                if (left < 0) throw new HttpException(413, "it has more than " + slot.bytes() + " bytes");
                digest.update(buffer, 0, read);
                int length = read;
                storing(() -> draft.write(buffer, 0, length));
            }
            if (left > 0) throw new HttpException(400, "it has fewer than " + slot.bytes() + " bytes");
            storing(draft::keep);
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private Draft draft(String blob, long bytes) {
        try {
            return stored.store.draft(blob, bytes);
        } catch (IOException e) {
            throw full(e);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** What the store cannot do is not the client's going away, which is an IOException too. */
    private static void storing(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw full(e);
        }
    }

    private static HttpException full(IOException e) {
        LOG.warn("a file cannot be stored: {}", e.toString());
        return new HttpException(507, "it cannot be stored now");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
