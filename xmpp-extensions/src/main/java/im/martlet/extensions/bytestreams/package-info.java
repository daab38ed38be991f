/**
 * XEP-0065: a proxy that carries bytes between two clients that cannot reach each other. Requests run on the mailbox of
 * the service's domain. Each connection has a virtual thread. The thread {@code bytestreams-clock} closes connections
 * and streams that take too long.
 */
@NullMarked
package im.martlet.extensions.bytestreams;

import org.jspecify.annotations.NullMarked;
