package im.martlet.extensions.upload;

import im.martlet.extensions.upload.store.BlobStore;
import im.martlet.http.Content;
import im.martlet.http.HttpException;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.storage.upload.Uploads;
import im.martlet.storage.upload.Uploads.Upload;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Sends a file to every client that knows its URL (XEP-0363 §2), with headers that keep browsers from running any part
 * of the file (§9.1).
 */
final class DownloadHandler {
    private static final String CONTENT_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; "
            // a browser's own player needs inline styles
            + "style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

    private final Uploads uploads;
    private final BlobStore store;
    private final InstantSource clock;

    @Inject DownloadHandler(Uploads uploads, BlobStore store, InstantSource clock) {
        this.uploads = uploads;
        this.store = store;
        this.clock = clock;
    }

    HttpReply get(Request request) {
        var upload = find(FileRoutes.firstPart(request.rest()))
                .orElseThrow(() -> new HttpException(404, "there is no such file; it may have been deleted"));
        var type = new MediaType(upload.description().type());
        var content = new Content(upload.description().bytes(), type.shown(), upload.id(), upload.created(),
                from -> open(upload, from));
        return content.answer(request)
                .with("Content-Disposition",
                        FileNames.disposition(type.isHarmless() ? "inline" : "attachment", upload.description().name()))
                .with("Content-Security-Policy", CONTENT_POLICY)
                .with("Cross-Origin-Resource-Policy", "cross-origin")
                .with("Referrer-Policy", "no-referrer")
                // caches drop a deleted file within a day
                .with("Cache-Control", upload.expires().isPresent() ? "no-store" : "private, max-age=86400");
    }

    private Optional<Upload> find(String id) {
        var now = clock.instant();
        return uploads.find(id).filter(u -> !u.blob().isEmpty() && u.expires().filter(e -> !now.isBefore(e)).isEmpty());
    }

    /** Opens the bytes. If the file now shares the bytes of an identical file, opens those. */
    private InputStream open(Upload upload, long from) throws IOException {
        try {
            return store.open(upload.blob(), from);
        } catch (NoSuchFileException moved) {
            return store.open(find(upload.id()).orElseThrow(() -> moved).blob(), from);
        }
    }
}
