package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.storage.rooms.RoomMembers;
import jakarta.inject.Inject;

/** Removes deleted accounts from all rooms, so that a new account with the same name owns no rooms. */
final class DeletedUsers {
    private final RoomMembers members;
    private final RoomHooks hooks;
    private final LiveRooms rooms;
    private final Mailboxes mailboxes;

    @Inject DeletedUsers(RoomMembers members, RoomHooks hooks, LiveRooms rooms, Mailboxes mailboxes) {
        this.members = members;
        this.hooks = hooks;
        this.rooms = rooms;
        this.mailboxes = mailboxes;
    }

    /** Removes a deleted account from stored and live rooms. May block. */
    void forget(Jid account) {
        members.forget(account);
        hooks.forgetStored(account);
        rooms.all().forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> {
            live.room().affiliate(account, Affiliate.NOBODY);
            hooks.forgetLive(live.room(), account);
        }));
    }
}
