/**
 * Connections: accepting, connecting, TLS, certificates, limits per address. The only package that knows MINA and JSSE.
 * Everything above sees {@link im.martlet.net.Transport}.
 */
@NullMarked
package im.martlet.net;

import org.jspecify.annotations.NullMarked;
