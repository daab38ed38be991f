/** The data of an account: credentials, tokens, roster, blocklist, private XML, vCard, directory entry. Calls block. */
@NullMarked
package im.martlet.storage.account;

import org.jspecify.annotations.NullMarked;
