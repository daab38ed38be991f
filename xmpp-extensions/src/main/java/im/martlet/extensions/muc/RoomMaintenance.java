package im.martlet.extensions.muc;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs the background work of rooms, and installs the commands of admins. */
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
