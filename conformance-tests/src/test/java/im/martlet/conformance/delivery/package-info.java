/** Delivery, resumption, archives and catch-up. */
package im.martlet.conformance.delivery;
