/** The server as others see it: over TCP with TLS, on random ports of this machine. One subpackage per subject. */
package im.martlet.conformance;
