/**
 * XML as XMPP uses it (RFC 6120 §11): values, framing, reading, writing. The only package that knows Woodstox. Framing
 * and reading run on the I/O threads and never block; values are immutable and may be shared by any thread.
 */
@NullMarked
package im.martlet.xml;

import org.jspecify.annotations.NullMarked;
