/** Kills, outages and restarts: nothing acknowledged is lost. */
package im.martlet.conformance.reliability;
