package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.Occupant;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Removes occupants from rooms when a blocklist adds them. */
final class BlocklistExpulsion {
    private final BlocklistCheck blocklist;
    private final LiveRooms rooms;
    private final LeaveHandler leaveHandler;
    private final Mailboxes mailboxes;

    @Inject BlocklistExpulsion(BlocklistCheck blocklist, LiveRooms rooms, LeaveHandler leaveHandler,
            Mailboxes mailboxes) {
        this.blocklist = blocklist;
        this.rooms = rooms;
        this.leaveHandler = leaveHandler;
        this.mailboxes = mailboxes;
    }

    void start() {
        blocklist.whenAdded(() -> rooms.all()
                .forEach(live -> mailboxes.tell(live.address(), Credit.UNLIMITED, () -> expelFrom(live))));
    }

    private void expelFrom(LiveRoom live) {
        for (Occupant occupant : List.copyOf(live.room().occupants()))
            if (blocklist.isBlocked(live.room(), occupant.user()))
                leaveHandler.remove(live.room(), occupant, new LeaveHandler.Reason(Optional.empty(),
                        "on a blocklist that this server follows", LeaveHandler.KICKED), StanzaTransaction.NONE);
        rooms.settle(live);
    }
}
