/** Clients, servers, dialogue scripts and ledgers that the tests of all groups share. */
package im.martlet.conformance.harness;
