/**
 * Assembles the server: the command line, the list of Guice modules that make up the product, and the list of parts
 * that start and stop. No protocol and no storage is implemented here. Starting and stopping run on one thread; a
 * reload may run on any other.
 */
@NullMarked
package im.martlet.server;

import org.jspecify.annotations.NullMarked;
