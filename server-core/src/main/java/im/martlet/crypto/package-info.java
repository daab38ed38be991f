/**
 * The arithmetic of TLS by the system's OpenSSL, where there is one: a provider for the JDK's TLS with two algorithms,
 * for which the JDK's own code takes several times as long. May know nothing of XMPP and hold no connection. Any
 * thread; calls take microseconds.
 */
@NullMarked
package im.martlet.crypto;

import org.jspecify.annotations.NullMarked;
