/**
 * Lookups in DNS: the servers of remote domains (RFC 6120 §3.2, XEP-0368), the signed records about their certificates
 * (RFC 7673), and a check of the records of this server. Only this package uses dnsjava. Lookups block, so they run on
 * virtual threads.
 */
@NullMarked
package im.martlet.dns;

import org.jspecify.annotations.NullMarked;
