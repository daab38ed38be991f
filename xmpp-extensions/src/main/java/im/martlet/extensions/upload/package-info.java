/**
 * XEP-0363: files that users upload. Slots are given on the mailbox of the service's domain; files come and go on the
 * virtual threads of HTTP requests; {@code uploads} is the thread that deletes what nobody needs and has identical
 * files share their bytes.
 */
@NullMarked
package im.martlet.extensions.upload;

import org.jspecify.annotations.NullMarked;
