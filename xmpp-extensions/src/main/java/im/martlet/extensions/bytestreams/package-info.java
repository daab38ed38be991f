/**
 * XEP-0065: a proxy that carries bytes between two clients that cannot reach each other. Asked on the mailbox of the
 * service's domain; each connection has a virtual thread of its own; {@code bytestreams-clock} ends what takes too
 * long.
 */
@NullMarked
package im.martlet.extensions.bytestreams;

import org.jspecify.annotations.NullMarked;
