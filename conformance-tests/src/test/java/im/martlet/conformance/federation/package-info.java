/** Remote servers and components. */
package im.martlet.conformance.federation;
