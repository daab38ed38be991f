package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.abuse.Abuse;
import im.martlet.extensions.abuse.ListedAddresses;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import jakarta.inject.Inject;

/** Keeps users on a blocklist out of rooms, unless they belong to the room. */
final class BlocklistCheck {
    private final ListedAddresses listed;
    private final boolean enabled;

    @Inject BlocklistCheck(ListedAddresses listed, Abuse.Settings settings) {
        this.listed = listed;
        this.enabled = settings.rooms();
    }

    /** Returns whether a user is on a blocklist and has no affiliation with the room. */
    boolean isBlocked(Room room, Jid user) {
        return enabled && !room.affiliation(user).isAtLeast(Affiliation.MEMBER) && listed.has(user);
    }

    /** Calls a listener when an address is added to a blocklist. The listener must not block. */
    void whenAdded(Runnable listener) {
        if (enabled) listed.whenAdded(listener);
    }
}
