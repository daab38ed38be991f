/**
 * External components (XEP-0114): programs that connect with a secret and serve a domain of their own.
 * {@link im.martlet.component.Component} is one such domain, on a mailbox of its own;
 * {@link im.martlet.component.ComponentConnection} holds the stanzas that wait for one of its connections;
 * {@link im.martlet.component.ComponentStream} is the stream of a connection. The handshake runs on the stream's
 * mailbox; incoming stanzas are read on the I/O thread.
 */
@NullMarked
package im.martlet.component;

import org.jspecify.annotations.NullMarked;
