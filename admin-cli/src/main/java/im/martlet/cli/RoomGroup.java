package im.martlet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "room", description = "Rooms.", synopsisSubcommandLabel = "COMMAND")
final class RoomGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists rooms, the hidden ones too.") int list(
            @Parameters(paramLabel = "DOMAIN", arity = "0..1") @Nullable String domain,
            @Option(names = "--after", paramLabel = "NAME",
                    description = "Begin behind this name.") @Nullable String after,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                    description = "At most so many (${DEFAULT-VALUE}).") int limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("room list", Martletctl.given("domain", domain, "after", after, "limit", String.valueOf(limit)));
    }

    @Command(name = "show", description = "Shows a room.") int show(@Parameters(paramLabel = "ROOM") String room)
            throws AdminApiClient.FailedException {
        return ctl.ask("room show", Martletctl.given("room", room));
    }

    @Command(name = "create", description = "Makes a room that stays when everybody has left.") int create(
            @Parameters(paramLabel = "ROOM") String room, @Parameters(paramLabel = "OWNER") String owner,
            @Option(names = "--name", paramLabel = "NAME", description = "A name for people.") @Nullable String name)
            throws AdminApiClient.FailedException {
        return ctl.ask("room create", Martletctl.given("room", room, "owner", owner, "name", name));
    }

    @Command(name = "destroy", description = "Ends a room, with its history and everything else it owns.") int destroy(
            @Parameters(paramLabel = "ROOM") String room,
            @Option(names = "--reason", paramLabel = "TEXT",
                    description = "What its occupants are told.") @Nullable String reason,
            @Option(names = "--alternate", paramLabel = "ROOM",
                    description = "Where they may go instead.") @Nullable String alternate)
            throws AdminApiClient.FailedException {
        return ctl.ask("room destroy", Martletctl.given("room", room, "reason", reason, "alternate", alternate));
    }

    @Command(name = "config", description = "Shows how a room is configured, or changes one setting.") int config(
            @Parameters(paramLabel = "ROOM") String room,
            @Parameters(paramLabel = "SETTING", arity = "0..1") @Nullable String setting,
            @Parameters(paramLabel = "VALUE", arity = "0..1",
                    description = "Several with commas between them.") @Nullable String value)
            throws AdminApiClient.FailedException {
        return ctl.ask("room config", Martletctl.given("room", room, "setting", setting, "value", value));
    }

    @Command(name = "occupants", description = "Lists who is in a room.") int occupants(
            @Parameters(paramLabel = "ROOM") String room) throws AdminApiClient.FailedException {
        return ctl.ask("room occupants", Martletctl.given("room", room));
    }

    @Command(name = "affiliation",
            description = "Lists who belongs to a room, or changes what somebody is to it.") int affiliation(
                    @Parameters(paramLabel = "ROOM") String room,
                    @Parameters(paramLabel = "ADDRESS", arity = "0..1") @Nullable String address,
                    @Parameters(paramLabel = "AFFILIATION", arity = "0..1",
                            description = "owner, admin, member, outcast or none.") @Nullable String affiliation)
                    throws AdminApiClient.FailedException {
        return ctl.ask("room affiliation",
                Martletctl.given("room", room, "address", address, "affiliation", affiliation));
    }

    @Command(name = "history", description = "Shows what was said last in a room.") int history(
            @Parameters(paramLabel = "ROOM") String room,
            @Option(names = "--limit", paramLabel = "N", description = "At most so many (20).") @Nullable String limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("room history", Martletctl.given("room", room, "limit", String.valueOf(limit)));
    }
}
