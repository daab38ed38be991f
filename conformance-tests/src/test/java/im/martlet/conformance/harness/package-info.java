/** Clients, servers, dialogue scripts and ledgers that all groups of tests share. */
package im.martlet.conformance.harness;
