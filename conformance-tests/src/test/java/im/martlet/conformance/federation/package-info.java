/** Tests of federation with remote servers, and of components. */
package im.martlet.conformance.federation;
