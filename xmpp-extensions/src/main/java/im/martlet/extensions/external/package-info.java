/**
 * XEP-0215: servers beside this one that clients need for calls. Asked for on the asker's mailbox; what has changed is
 * pushed on the mailbox of each account whose clients have asked.
 */
@NullMarked
package im.martlet.extensions.external;

import org.jspecify.annotations.NullMarked;
