/**
 * XEP-0124 and XEP-0206: streams for clients that have nothing but requests of HTTP. A session is a connection of a
 * stream like any other, made of requests that wait for answers. Everything is on the virtual threads of requests, but
 * for what the stream sends. What comes in and what goes out have a lock each; under the second nothing is called.
 */
@NullMarked
package im.martlet.extensions.bosh;

import org.jspecify.annotations.NullMarked;
