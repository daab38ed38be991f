package im.martlet.extensions.muc;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Xep;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What rooms need beside what is said in them: a {@link RoomTimers}, and admins with their commands. */
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
    private final RoomTimers caretaker;
    private final RoomCommands commands;
    private final BlocklistExpulsion expelling;

    @Inject RoomMaintenance(Supplier<RoomSettings> settings, RoomTimers caretaker, RoomCommands commands,
            BlocklistExpulsion expelling) {
        this.expelling = expelling;
        this.commands = commands;
        this.settings = settings;
        this.caretaker = caretaker;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        return Stream.concat(
                Stream.<Hook>of(new Hook.Background(caretaker::start, caretaker::stop),
                        new Hook.Background(expelling::start, () -> {}), new Hook.DeletionListener(caretaker::forget)),
                commands.hooks().stream()).toList();
    }
}
