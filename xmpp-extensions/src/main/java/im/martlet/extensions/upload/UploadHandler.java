package im.martlet.extensions.upload;

import im.martlet.auth.InstallationKey;
import im.martlet.digest.Sha;
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
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives uploads (XEP-0363 §7). Writes a file while it arrives, and answers after store and database have it durably.
 * A client cannot find out whether the server had the same file before: the server writes each file and shares bytes
 * later.
 */
@Singleton
final class UploadHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);
    private static final int BUFFER = 64 * 1024; // bytes

    private final Uploads uploads;
    private final UploadBlobs blobs;
    private final BlobStore store;
    private final UploadSlots slots;
    private final UploadQuota quota;
    private final InstallationKey key;
    private final InstantSource clock;
    private final Set<String> writing = ConcurrentHashMap.newKeySet(); // names of blobs

    @Inject UploadHandler(Uploads uploads, UploadBlobs blobs, BlobStore store, UploadSlots slots, UploadQuota quota,
            InstallationKey key, InstantSource clock) {
        this.uploads = uploads;
        this.blobs = blobs;
        this.store = store;
        this.slots = slots;
        this.quota = quota;
        this.key = key;
        this.clock = clock;
    }

    /** Returns whether an upload is writing the blob. */
    boolean isWriting(String blob) {
        return writing.contains(blob);
    }

    HttpReply put(Request request) throws IOException {
        var slot = slot(request);
        var type = type(slot, request);
        if (!quota.begin(slot)) throw new HttpException(409, "another request is using this slot now");
        boolean kept = false;
        try {
            if (uploads.find(slot.id()).isPresent()) throw new HttpException(409, "this slot was used already");
            quota.reserve(slot, clock.instant())
                    .ifPresent(refusal -> { throw new HttpException(507, refusal.reason()); });
            kept = store(slot, type, request.body());
        } finally {
            quota.end(slot, kept);
        }
        if (!kept) throw new HttpException(409, "this slot was used already, or its account is gone");
        return Response.empty(201);
    }

    private UploadSlot slot(Request request) {
        var id = FileRoutes.firstPart(request.rest());
        var slot = request.parameter(HttpUpload.SLOT).flatMap(text -> slots.read(id, text))
                .orElseThrow(() -> new HttpException(403, "the URL has no valid slot; ask for a new one"));
        if (!clock.instant().isBefore(slot.until()))
            throw new HttpException(403, "the slot has expired; ask for a new one");
        if (request.length() < 0) throw new HttpException(411, "the request needs a Content-Length");
        if (request.length() != slot.bytes()) throw new HttpException(request.length() > slot.bytes() ? 413 : 400,
                "the slot is for " + slot.bytes() + " bytes, not for " + request.length());
        return slot;
    }

    /**
     * Returns the file's media type. §7: "SHOULD reject the file if the Content-Type has been specified beforehand and
     * does not match".
     */
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
        var blob = store.name();
        writing.add(blob);
        try {
            blobs.begin(blob, slot.bytes(), now);
            var hash = write(blob, slot, body);
            var upload = new Upload(slot.id(), slot.owner(),
                    new Description(slot.file(), type, slot.bytes(), slot.purpose().word()), now, slot.expires(), blob);
            return uploads.finish(upload, HexFormat.of().formatHex(key.derive("upload-content", hash)));
        } finally {
            writing.remove(blob);
        }
    }

    /** Writes the file to the store and returns the SHA-256 of its bytes, in hexadecimal. */
    private String write(String blob, UploadSlot slot, InputStream body) throws IOException {
        try (var draft = draft(blob, slot.bytes())) {
            var digest = Sha.SHA_256.newDigest();
            var buffer = new byte[BUFFER];
            long left = slot.bytes();
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                left -= read;
                if (left < 0) throw new HttpException(413, "the file has more than " + slot.bytes() + " bytes");
                digest.update(buffer, 0, read);
                int length = read;
                inStore(() -> draft.write(buffer, 0, length));
            }
            if (left > 0) throw new HttpException(400, "the file has fewer than " + slot.bytes() + " bytes");
            inStore(draft::keep);
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private Draft draft(String blob, long bytes) {
        try {
            return store.draft(blob, bytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private interface StoreAction {
        void run() throws IOException;
    }

    /** Runs an action of the store. An IOException from it is a failure of the store, not of the client. */
    private static void inStore(StoreAction action) {
        try {
            action.run();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static HttpException failure(IOException e) {
        LOG.warn("an uploaded file cannot be stored: {}", e.toString());
        return new HttpException(507, "the server cannot store the file now; try again later");
    }
}
