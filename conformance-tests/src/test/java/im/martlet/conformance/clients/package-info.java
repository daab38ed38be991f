/** Tests with real clients, and of the services for them. */
package im.martlet.conformance.clients;
