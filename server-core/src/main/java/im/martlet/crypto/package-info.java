/**
 * Cryptography for TLS by the system's OpenSSL, if there is one: a security provider with two algorithms for which the
 * JDK's own code takes several times as long. Knows nothing of XMPP and holds no connection. Any thread; calls take
 * microseconds.
 */
@NullMarked
package im.martlet.crypto;

import org.jspecify.annotations.NullMarked;
