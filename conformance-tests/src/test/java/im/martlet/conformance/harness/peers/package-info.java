/** Peers of the server under test: Debian's servers and clients, and simple servers, components and push services. */
package im.martlet.conformance.harness.peers;
