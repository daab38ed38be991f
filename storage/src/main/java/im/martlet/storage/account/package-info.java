/** What an account owns: credentials, tokens, roster, blocklist, private XML, vCard, directory entry. Calls block. */
@NullMarked
package im.martlet.storage.account;

import org.jspecify.annotations.NullMarked;
