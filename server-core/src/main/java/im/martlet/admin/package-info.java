/**
 * What an admin can do, as commands, and the door to them: an HTTP server for this machine only, with a token from a
 * file. Commands run on virtual threads and may block.
 */
@NullMarked
package im.martlet.admin;

import org.jspecify.annotations.NullMarked;
