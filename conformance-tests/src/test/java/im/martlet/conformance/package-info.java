/** Tests of the server over TCP with TLS, on random ports of this machine. Each group of tests has a subpackage. */
package im.martlet.conformance;
