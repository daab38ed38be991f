/** The server as others see it: over TCP with TLS, on random ports of this machine. */
package im.martlet.conformance;
