/**
 * Authentication: the server side of SASL (RFC 4422, 5802, 7677, 4616), and login tokens (XEP-0484). Knows nothing of
 * XML. Runs on virtual threads and may read the database.
 */
@NullMarked
package im.martlet.auth;

import org.jspecify.annotations.NullMarked;
