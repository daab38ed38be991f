/** XEP-0030, XEP-0128, XEP-0115: what this server can do. Answers on the asker's or the asked account's mailbox. */
@NullMarked
package im.martlet.extensions.disco;

import org.jspecify.annotations.NullMarked;
