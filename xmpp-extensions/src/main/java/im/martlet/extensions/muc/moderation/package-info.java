/** Retraction of messages by moderators (XEP-0425). On the room's mailbox. */
@NullMarked
package im.martlet.extensions.muc.moderation;

import org.jspecify.annotations.NullMarked;
