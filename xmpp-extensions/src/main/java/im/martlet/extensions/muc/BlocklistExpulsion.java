package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.Occupant;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Puts out of rooms who comes onto a blocklist while they are there. */
final class BlocklistExpulsion {
    private final BlocklistCheck undesired;
    private final LiveRooms rooms;
    private final LeaveHandler leaving;
    private final Mailboxes mailboxes;

    @Inject BlocklistExpulsion(BlocklistCheck undesired, LiveRooms rooms, LeaveHandler leaving, Mailboxes mailboxes) {
        this.undesired = undesired;
        this.rooms = rooms;
        this.leaving = leaving;
        this.mailboxes = mailboxes;
    }

    void start() {
        undesired.whenAdded(() -> rooms.all()
                .forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> putOut(live))));
    }

    private void putOut(LiveRoom live) {
        for (Occupant occupant : List.copyOf(live.room().occupants())) if (undesired.has(live.room(), occupant.user()))
            leaving.removed(live.room(), occupant, new LeaveHandler.Why(Optional.empty(),
                    "on a blocklist that this server follows", LeaveHandler.KICKED), StanzaTransaction.NONE);
        rooms.settle(live);
    }
}
