/**
 * A web client at "/": Converse.js as npm has it (the module {@code web-client}), and what makes it this server's: a
 * page with settings, a script that starts it and has the browser notified, and the worker that shows notifications.
 * Everything is read from jars and kept in memory; no path that is asked for is ever looked for in a file system. On
 * the virtual threads of requests.
 */
@NullMarked
package im.martlet.extensions.web;

import org.jspecify.annotations.NullMarked;
