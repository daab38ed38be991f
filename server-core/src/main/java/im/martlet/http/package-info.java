/**
 * HTTP: one server for the requests that all extensions handle. An extension declares a {@link im.martlet.http.Route},
 * receives a {@link im.martlet.http.Request} and returns an {@link im.martlet.http.HttpReply}. The only package that
 * uses Jetty. Each request has its own virtual thread, which may block. Jetty's threads read and write. They run an
 * extension's code only for events of a {@link im.martlet.http.TextWebSocket}.
 */
@NullMarked
package im.martlet.http;

import org.jspecify.annotations.NullMarked;
