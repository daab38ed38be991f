package im.martlet.extensions.muc;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.address.Jid;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Hook;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.RoomHistory.PastMessage;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.form.DataForm;
import im.martlet.routing.LocalDomains;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands with which admins of the server list and change rooms. On the admin's thread. */
final class RoomCommands {
    private final LiveRooms rooms;
    private final RoomExecutor executor;
    private final OwnerRequests ownerRequests;
    private final ConfigurationChanges configurationChanges;
    private final AffiliationChanges affiliationChanges;
    private final LocalDomains domains;
    private final Supplier<RoomSettings> settings;

    @Inject RoomCommands(LiveRooms rooms, RoomExecutor executor, OwnerRequests ownerRequests,
            ConfigurationChanges configurationChanges, AffiliationChanges affiliationChanges, LocalDomains domains,
            Supplier<RoomSettings> settings) {
        this.rooms = rooms;
        this.executor = executor;
        this.ownerRequests = ownerRequests;
        this.configurationChanges = configurationChanges;
        this.affiliationChanges = affiliationChanges;
        this.domains = domains;
        this.settings = settings;
    }

    List<Hook> hooks() {
        var room = List.of("room");
        return Stream.of(
                AdminCommand.of("room list", "Lists rooms", List.of(), this::list).withOptional("domain")
                        .withOptional("after").withOptional("limit"),
                AdminCommand.of("room show", "Shows a room", room,
                        a -> executor.withRoom(address(a), (live, _) -> show(live))),
                AdminCommand.of("room create", "Creates a persistent room", List.of("room", "owner"), this::create)
                        .withOptional("name"),
                AdminCommand.of("room destroy", "Destroys a room with everything that it owns", room, this::destroy)
                        .withOptional("reason").withOptional("alternate"),
                AdminCommand.of("room config", "Shows the configuration of a room, or changes one setting", room,
                        this::config).withOptional("setting").withOptional("value"),
                AdminCommand.of("room occupants", "Lists the occupants of a room", room,
                        a -> executor.withRoom(address(a), (live, _) -> occupants(live))),
                AdminCommand.of("room affiliation", "Lists the affiliations of a room, or changes one", room,
                        this::affiliation).withOptional("address").withOptional("affiliation"),
                AdminCommand.of("room history", "Shows the last messages of a room", room, this::history)
                        .withOptional("limit"))
                .map(Hook::adminCommand).toList();
    }

    private Jid address(Arguments a) {
        var address = a.address("room");
        if (!address.hasLocal() || address.isFull()) throw new AdminException("'" + address
                + "' is not the address of a room; use one such as lounge@" + settings.get().label() + ".example.org");
        return address;
    }

    private boolean hasRooms(String domain) {
        return domains.service(domain).filter(s -> s.service().label().equals(settings.get().label())).isPresent();
    }

    private Object list(Arguments a) {
        var listed =
                a.optional("domain").map(List::of).orElseGet(() -> domains.names().filter(this::hasRooms).toList());
        return listed.stream()
                .flatMap(domain -> rooms
                        .list(domain, Rooms.Which.ALL, a.optional("after").orElse(""), a.number("limit", 100)).stream())
                .map(this::roomRow).toList();
    }

    private Map<String, Object> roomRow(Rooms.Room stored) {
        var row = new LinkedHashMap<String, Object>();
        row.put("room", stored.address().toString());
        row.put("name", stored.settings().name());
        row.put("occupants", rooms.occupantCount(stored.address()));
        row.put("persistent", stored.settings().persistent());
        row.put("listed", stored.settings().listed());
        row.put("creator", stored.creator().toString());
        row.put("created", stored.created().toString());
        return row;
    }

    private static Map<String, Object> show(LiveRoom live) {
        var room = live.room();
        var row = new LinkedHashMap<String, Object>();
        row.put("room", room.address().toString());
        row.put("name", room.config().text(RoomOption.NAME));
        row.put("description", room.config().text(RoomOption.DESCRIPTION));
        row.put("subject",
                room.subject().flatMap(m -> m.child(Stanza.CLIENT, "subject")).map(Element::text).orElse(""));
        row.put("occupants", room.occupants().size());
        row.put("devices", room.devices().size());
        for (Affiliation a : List.of(Affiliation.OWNER, Affiliation.ADMIN, Affiliation.MEMBER, Affiliation.OUTCAST))
            row.put(a.wire() + "s", (long) room.withAffiliation(a).size());
        row.put("locked", room.isLocked());
        row.put("creator", room.creator().toString());
        return row;
    }

    private Object create(Arguments a) {
        var address = address(a);
        if (!hasRooms(address.domain()))
            throw new AdminException(
                    "the domain " + address.domain() + " has no rooms; use a domain of the room service");
        var owner = a.account("owner");
        return executor.on(address, (found, _) -> {
            if (found.isPresent()) throw new AdminException("the room " + address + " exists already");
            var created = rooms.create(address, owner);
            created.room().config(created.room().config().with(RoomOption.PERSISTENT, true).with(RoomOption.NAME,
                    a.optional("name").map(List::of).orElse(List.of())));
            rooms.unlock(created);
            return Map.of("room", address.toString(), "owner", owner.toString());
        });
    }

    private Object destroy(Arguments a) {
        var destroy = Element.of(MucXml.OWNER, "destroy");
        if (a.optional("alternate").isPresent()) destroy = destroy.with("jid", a.address("alternate"));
        var withReason = destroy.with(Element.of(MucXml.OWNER, "reason")
                .withText(a.optional("reason").orElse("an admin has destroyed this room")));
        return executor.withRoom(address(a), (live, transaction) -> {
            ownerRequests.destroy(live, transaction, withReason);
            return Map.of("destroyed", live.address().toString());
        });
    }

    private Object config(Arguments a) {
        return executor.withRoom(address(a), (live, transaction) -> {
            if (a.optional("setting").isPresent()) {
                var option = option(a.text("setting"));
                var form = new DataForm(Map.of(option.field(), List.of(a.text("value").split(","))));
                configurationChanges.configure(live, RoomConfigForm.read(form, live.room().config()), Map.of(),
                        Optional.empty(), transaction);
            }
            var row = new LinkedHashMap<String, Object>();
            for (RoomOption option : RoomOption.values()) if (option.kind() != RoomOption.Kind.SECRET)
                row.put(shortName(option), String.join(",", live.room().config().all(option)));
            return row;
        });
    }

    private static String shortName(RoomOption option) {
        return option.field().substring(option.field().indexOf(option.field().contains("_") ? '_' : '#') + 1);
    }

    private static RoomOption option(String name) {
        return Arrays.stream(RoomOption.values())
                .filter(option -> option.field().equals(name) || shortName(option).equals(name)).findFirst()
                .orElseThrow(() -> new AdminException("a room has no setting '" + name + "'; its settings are "
                        + Arrays.stream(RoomOption.values()).map(RoomCommands::shortName)
                                .collect(Collectors.joining(", "))));
    }

    private static List<Map<String, Object>> occupants(LiveRoom live) {
        return live.room().occupants().stream()
                .flatMap(o -> o.devices().stream().map(device -> occupantRow(live, o, device)))
                .toList();
    }

    private static Map<String, Object> occupantRow(LiveRoom live, Occupant occupant, Jid device) {
        var row = new LinkedHashMap<String, Object>();
        row.put("nick", occupant.nick());
        row.put("device", device.toString());
        row.put("role", occupant.role().wire());
        row.put("affiliation", live.room().affiliation(occupant.user()).wire());
        return row;
    }

    private Object affiliation(Arguments a) {
        return executor.withRoom(address(a), (live, transaction) -> {
            if (a.optional("address").isPresent()) changeAffiliation(live, a, transaction);
            return live.room().affiliates().entrySet().stream().map(entry -> {
                var row = new LinkedHashMap<String, Object>();
                row.put("address", entry.getKey().toString());
                row.put("affiliation", entry.getValue().affiliation().wire());
                row.put("nick", entry.getValue().nick());
                row.put("reason", entry.getValue().reason());
                return row;
            }).toList();
        });
    }

    private void changeAffiliation(LiveRoom live, Arguments a, StanzaTransaction transaction) {
        var user = a.address("address").bare();
        var as = Affiliation.read(a.text("affiliation")).orElseThrow(() -> new AdminException("'"
                + a.text("affiliation") + "' is not an affiliation; use owner, admin, member, outcast or none"));
        var before = live.room().affiliate(user);
        if (as != Affiliation.OWNER && before.affiliation() == Affiliation.OWNER && live.room().owners() == 1)
            throw new AdminException(user + " is the only owner; make another user an owner first");
        affiliationChanges.apply(live,
                Map.of(user, new Affiliate(as, as.isAtLeast(Affiliation.MEMBER) ? before.nick() : "", "")),
                Optional.empty(), transaction);
    }

    private Object history(Arguments a) {
        return executor.withRoom(address(a), (live, _) -> live.history()
                .last(a.number("limit", 20), Long.MAX_VALUE, 0).stream().map(RoomCommands::messageRow).toList());
    }

    private static Map<String, Object> messageRow(PastMessage past) {
        var row = new LinkedHashMap<String, Object>();
        row.put("at", Instant.ofEpochMilli(past.at()).toString());
        row.put("nick", past.message().from().resource());
        row.put("said", past.message().child(Stanza.CLIENT, "body").map(Element::text).orElse(""));
        return row;
    }
}
