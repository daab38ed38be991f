package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.abuse.Abuse;
import im.martlet.extensions.abuse.ListedAddresses;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import jakarta.inject.Inject;

/** Who is on a blocklist that this server follows is not in rooms, unless they belong there. */
final class BlocklistCheck {
    private final ListedAddresses listed;
    private final boolean enabled;

    @Inject BlocklistCheck(ListedAddresses listed, Abuse.Settings settings) {
        this.listed = listed;
        this.enabled = settings.rooms();
    }

    /** Whether somebody may not be in a room for it. */
    boolean has(Room room, Jid user) {
        return enabled && !room.affiliation(user).isAtLeast(Affiliation.MEMBER) && listed.has(user);
    }

    /** Has something done when somebody has come onto a list; it must not block. */
    void whenAdded(Runnable listener) {
        if (enabled) listed.whenAdded(listener);
    }
}
