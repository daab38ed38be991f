/** Tests of delivery, resumption, archives and catch-up. */
package im.martlet.conformance.delivery;
