/**
 * XML as XMPP uses it (RFC 6120 §11): values, framing, reading, writing. The only package that uses Woodstox. Framing
 * and reading run on the I/O threads and never block. Values are immutable, and any thread may share them.
 */
@NullMarked
package im.martlet.xml;

import org.jspecify.annotations.NullMarked;
