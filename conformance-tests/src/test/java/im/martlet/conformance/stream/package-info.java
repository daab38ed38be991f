/** Tests of client streams and logins, limits, and hostile input. */
package im.martlet.conformance.stream;
