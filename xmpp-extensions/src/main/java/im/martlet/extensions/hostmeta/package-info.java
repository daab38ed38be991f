/**
 * XEP-0156, XEP-0487: how clients in browsers, and others who cannot or need not ask DNS, find this server. On virtual
 * threads.
 */
@NullMarked
package im.martlet.extensions.hostmeta;

import org.jspecify.annotations.NullMarked;
