/**
 * The commands of the core for an admin, and the admin API: an HTTP server for this machine only, with a token from a
 * file. Extensions add commands of their own. Commands run on virtual threads and may block.
 */
@NullMarked
package im.martlet.admin;

import org.jspecify.annotations.NullMarked;
