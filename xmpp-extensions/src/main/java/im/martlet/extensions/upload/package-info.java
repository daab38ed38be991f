/**
 * XEP-0363: files that users upload. Requests for slots run on the mailbox of the service's domain, uploads and
 * downloads on the virtual threads of HTTP requests. The thread {@code uploads} deletes files and bytes that are no
 * longer needed, and lets identical files share their bytes.
 */
@NullMarked
package im.martlet.extensions.upload;

import org.jspecify.annotations.NullMarked;
