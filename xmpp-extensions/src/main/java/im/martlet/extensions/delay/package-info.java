/** XEP-0203: who may say that a stanza was delayed. On the account's mailbox. */
@NullMarked
package im.martlet.extensions.delay;

import org.jspecify.annotations.NullMarked;
