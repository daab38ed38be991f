/**
 * What reading and writing XML costs; here, since it measures what the server's package of this name shows nobody else.
 */
package im.martlet.xml;
