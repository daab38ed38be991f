/** Tests of group chat. */
package im.martlet.conformance.rooms;
