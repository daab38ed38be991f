/** XEP-0050: commands that extensions offer to users with any client. On the mailbox of the address that is asked. */
@NullMarked
package im.martlet.extensions.commands;

import org.jspecify.annotations.NullMarked;
