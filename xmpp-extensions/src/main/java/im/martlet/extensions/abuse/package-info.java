/**
 * Protection against spam and abuse: reports that come with a block (XEP-0377), and blocklists. This server subscribes
 * to blocklists that other services publish on a node. The id of each item is the SHA-256 of a bare address or of a
 * domain, in hexadecimal. A listed address may not enter rooms of this server, and may not write to accounts unless it
 * is their contact. Any thread, except for {@link im.martlet.extensions.abuse.BlocklistUpdates}, which has its own.
 */
@NullMarked
package im.martlet.extensions.abuse;

import org.jspecify.annotations.NullMarked;
