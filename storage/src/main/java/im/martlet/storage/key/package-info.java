/** Keys that tables share: the account key, and the time-ordered id of a log entry. Pure. */
@NullMarked
package im.martlet.storage.key;

import org.jspecify.annotations.NullMarked;
