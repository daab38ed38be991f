/**
 * XEP-0313, XEP-0441: an account's devices read its archive. Queries begin on the account's mailbox, and read beside
 * it. What is archived, and when, is not decided here but in {@link im.martlet.archive}.
 */
@NullMarked
package im.martlet.extensions.mam;

import org.jspecify.annotations.NullMarked;
