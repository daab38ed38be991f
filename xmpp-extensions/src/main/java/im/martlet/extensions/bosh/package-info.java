/**
 * XEP-0124 and XEP-0206: streams for clients that can only send HTTP requests. A BOSH session is a transport of a
 * stream like any other, made of requests that wait for answers. Everything runs on the virtual threads of requests,
 * except for output of the stream. Input and output have one lock each; no other class is called under the lock of the
 * output.
 */
@NullMarked
package im.martlet.extensions.bosh;

import org.jspecify.annotations.NullMarked;
