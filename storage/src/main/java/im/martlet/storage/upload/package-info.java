/** Uploaded files and the blobs that hold their bytes. Calls block. */
@NullMarked
package im.martlet.storage.upload;

import org.jspecify.annotations.NullMarked;
