/** Tests of kills, outages and restarts: no acknowledged stanza is lost. */
package im.martlet.conformance.reliability;
