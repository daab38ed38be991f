package im.martlet.extensions.upload;

import im.martlet.storage.upload.Uploads.Owner;
import java.time.Instant;
import java.util.Optional;

/**
 * The permission to upload one file, once (XEP-0363 §4).
 *
 * @param id an unguessable id, which is part of the file's URL
 * @param owner the user that may upload
 * @param file the name of the file
 * @param type the media type; empty if the client did not name one
 * @param bytes the size of the file
 * @param purpose the purpose of the file
 * @param until the time until which the slot is valid
 * @param expires the time from which the file is no longer available, if its owner set one
 */
record UploadSlot(String id, Owner owner, String file, String type, long bytes, FilePurpose purpose, Instant until,
        Optional<Instant> expires) {}
