/**
 * Other parties that tests use: real servers and clients of Debian, and servers, components and push services of our
 * own.
 */
package im.martlet.conformance.harness.peers;
