/**
 * A web client at "/": Converse.js as npm delivers it (the module {@code web-client}), and the files that connect it to
 * this server. These are a page with settings, a script that starts the client and registers Web Push, and a worker
 * that shows notifications. All files come from jars and stay in memory. The server never looks up a requested path in
 * a file system. On the virtual threads of requests.
 */
@NullMarked
package im.martlet.extensions.web;

import org.jspecify.annotations.NullMarked;
