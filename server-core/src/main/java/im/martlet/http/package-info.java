/**
 * HTTP: one server for all that extensions answer there. What an extension sees is plain: a
 * {@link im.martlet.http.Route} says where it answers, a {@link im.martlet.http.Request} comes, an
 * {@link im.martlet.http.HttpReply} goes. The only package that knows Jetty, whose threads read and write and never run
 * an extension's code, but for what comes on a {@link im.martlet.http.TextWebSocket}: each request is answered on a
 * virtual thread of its own, which may block.
 */
@NullMarked
package im.martlet.http;

import org.jspecify.annotations.NullMarked;
