/** Group chat. */
package im.martlet.conformance.rooms;
