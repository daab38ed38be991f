/**
 * External components (XEP-0114): programs that connect with a secret and serve a domain of their own beside this
 * server. A {@link im.martlet.component.Component} holds what is for one domain, on a mailbox of its own, whoever of
 * its connections takes it; a {@link im.martlet.component.ComponentStream} is one connection. Negotiation runs on the
 * stream's mailbox, stanzas that come in are read on the I/O thread.
 */
@NullMarked
package im.martlet.component;

import org.jspecify.annotations.NullMarked;
