/**
 * Clients on WebSockets (RFC 7395): the streams that clients on TCP have, cut up as messages. Called on Jetty's threads
 * as streams on TCP are on MINA's; nothing here blocks.
 */
@NullMarked
package im.martlet.websocket;

import org.jspecify.annotations.NullMarked;
