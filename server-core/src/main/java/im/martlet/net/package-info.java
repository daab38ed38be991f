/**
 * Connections: accepting, connecting, TLS, certificates, limits per address. The only package that uses MINA and, for
 * streams, JSSE. All packages above see {@link im.martlet.net.Transport}. I/O threads run it and never block; the
 * computations of a TLS handshake run on a virtual thread.
 */
@NullMarked
package im.martlet.net;

import org.jspecify.annotations.NullMarked;
