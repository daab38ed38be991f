package im.martlet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "room", description = "Manages rooms.", synopsisSubcommandLabel = "COMMAND")
final class RoomGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "list", description = "Lists rooms, also hidden ones.") int list(
            @Parameters(paramLabel = "DOMAIN", arity = "0..1") @Nullable String domain,
            @Option(names = "--after", paramLabel = "NAME",
                    description = "Lists the rooms after this name.") @Nullable String after,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                    description = "The largest number of entries (default: ${DEFAULT-VALUE}).") int limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("room list", Martletctl.given("domain", domain, "after", after, "limit", String.valueOf(limit)));
    }

    @Command(name = "show", description = "Shows a room.") int show(@Parameters(paramLabel = "ROOM") String room)
            throws AdminApiClient.FailedException {
        return ctl.ask("room show", Martletctl.given("room", room));
    }

    @Command(name = "create", description = "Creates a persistent room.") int create(
            @Parameters(paramLabel = "ROOM") String room, @Parameters(paramLabel = "OWNER") String owner,
            @Option(names = "--name", paramLabel = "NAME",
                    description = "The name of the room for people.") @Nullable String name)
            throws AdminApiClient.FailedException {
        return ctl.ask("room create", Martletctl.given("room", room, "owner", owner, "name", name));
    }

    @Command(name = "destroy", description = "Destroys a room with its history and all other data.") int destroy(
            @Parameters(paramLabel = "ROOM") String room,
            @Option(names = "--reason", paramLabel = "TEXT",
                    description = "The reason for the occupants.") @Nullable String reason,
            @Option(names = "--alternate", paramLabel = "ROOM",
                    description = "Another room that the occupants may enter instead.") @Nullable String alternate)
            throws AdminApiClient.FailedException {
        return ctl.ask("room destroy", Martletctl.given("room", room, "reason", reason, "alternate", alternate));
    }

    @Command(name = "config", description = "Shows the configuration of a room, or changes one setting.") int config(
            @Parameters(paramLabel = "ROOM") String room,
            @Parameters(paramLabel = "SETTING", arity = "0..1") @Nullable String setting,
            @Parameters(paramLabel = "VALUE", arity = "0..1",
                    description = "The new value; several values have commas between them.") @Nullable String value)
            throws AdminApiClient.FailedException {
        return ctl.ask("room config", Martletctl.given("room", room, "setting", setting, "value", value));
    }

    @Command(name = "occupants", description = "Lists the occupants of a room.") int occupants(
            @Parameters(paramLabel = "ROOM") String room) throws AdminApiClient.FailedException {
        return ctl.ask("room occupants", Martletctl.given("room", room));
    }

    @Command(name = "affiliation",
            description = "Lists the affiliations of a room, or changes one.") int affiliation(
                    @Parameters(paramLabel = "ROOM") String room,
                    @Parameters(paramLabel = "ADDRESS", arity = "0..1") @Nullable String address,
                    @Parameters(paramLabel = "AFFILIATION", arity = "0..1",
                            description = "owner, admin, member, outcast or none.") @Nullable String affiliation)
                    throws AdminApiClient.FailedException {
        return ctl.ask("room affiliation",
                Martletctl.given("room", room, "address", address, "affiliation", affiliation));
    }

    @Command(name = "history", description = "Shows the last messages of a room.") int history(
            @Parameters(paramLabel = "ROOM") String room,
            @Option(names = "--limit", paramLabel = "N",
                    description = "The largest number of messages (default: 20).") @Nullable String limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("room history", Martletctl.given("room", room, "limit", limit));
    }
}
