/**
 * Finding the servers of other domains (RFC 6120 §3.2, XEP-0368), what they say of their certificates there (RFC 7673),
 * and whether others would find this one. The only package that knows dnsjava. Lookups block: they are for virtual
 * threads.
 */
@NullMarked
package im.martlet.dns;

import org.jspecify.annotations.NullMarked;
