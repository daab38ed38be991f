/** Tests of HTTP upload. */
package im.martlet.conformance.upload;
