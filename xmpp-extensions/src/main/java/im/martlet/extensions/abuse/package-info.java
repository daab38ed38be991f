/**
 * What keeps spam and abuse out: reports that come with a block (XEP-0377), and blocklists that others publish on a
 * node and this server follows. Items of those are named by the SHA-256 of a bare address or a domain, in hexadecimal:
 * who is on one may not enter rooms here, nor write to accounts that do not know them. Any thread, but for
 * {@link im.martlet.extensions.abuse.BlocklistUpdates}, which has one of its own.
 */
@NullMarked
package im.martlet.extensions.abuse;

import org.jspecify.annotations.NullMarked;
