/**
 * Who is who: SASL on the server's side (RFC 4422, 5802, 7677, 4616), and tokens in place of passwords. Knows nothing
 * of XML; runs on virtual threads and may ask the database.
 */
@NullMarked
package im.martlet.auth;

import org.jspecify.annotations.NullMarked;
