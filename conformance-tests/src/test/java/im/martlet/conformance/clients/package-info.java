/** Real clients, and services for them. */
package im.martlet.conformance.clients;
