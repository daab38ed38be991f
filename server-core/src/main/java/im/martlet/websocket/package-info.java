/**
 * Clients on WebSockets (RFC 7395): the same streams as on TCP, in a format of messages. Jetty's threads call this
 * package, as MINA's threads call streams on TCP. No call here blocks.
 */
@NullMarked
package im.martlet.websocket;

import org.jspecify.annotations.NullMarked;
