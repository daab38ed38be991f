/** XEP-0050: commands that extensions offer, for people with a client. On the mailbox of the address that is asked. */
@NullMarked
package im.martlet.extensions.commands;

import org.jspecify.annotations.NullMarked;
