/** Streams and logins of clients, limits, hostile input. */
package im.martlet.conformance.stream;
