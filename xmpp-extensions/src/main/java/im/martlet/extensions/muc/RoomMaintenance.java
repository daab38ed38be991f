package im.martlet.extensions.muc;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Xep;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs the background work of rooms, and installs the commands of admins. */
@Xep(number = 249, title = "Direct MUC Invitations", version = "1.2",
        note = "passed on as they are; invitations by a room say the same in this way, too")
@Xep(number = 317, title = "Hats", version = "0.3.1")
@Xep(number = 425, title = "Moderated Message Retraction", version = "0.3.0")
@Xep(number = 433, title = "Extended Channel Search", version = "0.1.0", note = "of the rooms here")
@Xep(number = 452, title = "MUC Mention Notifications", version = "0.2.2")
@Xep(number = 486, title = "MUC Avatars", version = "0.1.0")
@Xep(number = 502, title = "MUC Activity Indicator", version = "0.1.0")
@Xep(number = 500, title = "MUC Slow Mode", version = "0.1.1")
final class RoomMaintenance implements Extension {
    private final Supplier<RoomSettings> settings;
    private final RoomTimers timers;
    private final RoomShutdown shutdown;
    private final BlocklistExpulsion expulsion;
    private final DeletedUsers deletedUsers;
    private final RoomCommands commands;

    @Inject RoomMaintenance(Supplier<RoomSettings> settings, RoomTimers timers, RoomShutdown shutdown,
            BlocklistExpulsion expulsion, DeletedUsers deletedUsers, RoomCommands commands) {
        this.settings = settings;
        this.timers = timers;
        this.shutdown = shutdown;
        this.expulsion = expulsion;
        this.deletedUsers = deletedUsers;
        this.commands = commands;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        return Stream.concat(Stream.<Hook>of(new Hook.Background(timers::start, this::stop),
                new Hook.Background(expulsion::start, () -> {}), new Hook.DeletionListener(deletedUsers::forget)),
                commands.hooks().stream()).toList();
    }

    private void stop() {
        timers.stop();
        shutdown.run();
    }
}
