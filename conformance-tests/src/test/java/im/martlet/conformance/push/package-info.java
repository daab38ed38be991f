/** Tests of push notifications and the push gateway. */
package im.martlet.conformance.push;
