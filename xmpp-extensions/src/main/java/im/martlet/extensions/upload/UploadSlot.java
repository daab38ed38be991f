package im.martlet.extensions.upload;

import im.martlet.storage.upload.Uploads.Owner;
import java.time.Instant;
import java.util.Optional;

/**
 * Leave to upload one file, once (XEP-0363 §4).
 *
 * @param id that nobody can guess; the file's address is made of it
 * @param file what it is to be called
 * @param type its media type; empty when it was not said
 * @param until when the slot may be used
 * @param expires when nobody may have the file any more, if its owner has said so
 */
record UploadSlot(String id, Owner owner, String file, String type, long bytes, FilePurpose purpose, Instant until,
        Optional<Instant> expires) {}
