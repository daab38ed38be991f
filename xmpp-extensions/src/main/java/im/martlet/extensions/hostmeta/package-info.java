/**
 * XEP-0156 and XEP-0487: documents with the addresses of this server, for clients that cannot or need not ask DNS, such
 * as those in browsers. On virtual threads.
 */
@NullMarked
package im.martlet.extensions.hostmeta;

import org.jspecify.annotations.NullMarked;
