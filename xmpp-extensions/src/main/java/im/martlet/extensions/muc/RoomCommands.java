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
import im.martlet.extensions.muc.state.RoomHistory.Spoken;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.form.DataForm;
import im.martlet.routing.LocalDomains;
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

/** Rooms, as an admin sees them. */
final class RoomCommands {
    private final LiveRooms rooms;
    private final RoomExecutor work;
    private final Rulers rulers;
    private final LocalDomains domains;
    private final Supplier<RoomSettings> settings;

    /** Those who change rooms. */
    record Rulers(OwnerRequests owning, ConfigurationChanges configuring, AffiliationChanges affiliating) {
        @Inject Rulers {}
    }

    @Inject RoomCommands(LiveRooms rooms, RoomExecutor work, Rulers rulers, LocalDomains domains,
            Supplier<RoomSettings> settings) {
        this.rooms = rooms;
        this.work = work;
        this.rulers = rulers;
        this.domains = domains;
        this.settings = settings;
    }

    List<Hook> hooks() {
        return List.of(
                adminCommand(AdminCommand.of("room list", "Lists rooms", List.of(), this::list).withOptional("domain")
                        .withOptional("after").withOptional("limit")),
                adminCommand(AdminCommand.of("room show", "Shows a room", List.of("room"),
                        a -> work.with(room(a), (live, _) -> show(live)))),
                adminCommand(AdminCommand
                        .of("room create", "Makes a room that stays", List.of("room", "owner"), this::create)
                        .withOptional("name")),
                adminCommand(AdminCommand
                        .of("room destroy", "Ends a room, with everything it owns", List.of("room"), this::destroy)
                        .withOptional("reason").withOptional("alternate")),
                adminCommand(AdminCommand.of("room config", "Shows how a room is configured, or changes one setting",
                        List.of("room"), this::config).withOptional("setting").withOptional("value")),
                adminCommand(AdminCommand.of("room occupants", "Lists who is in a room", List.of("room"),
                        a -> work.with(room(a), (live, _) -> occupants(live)))),
                adminCommand(AdminCommand
                        .of("room affiliation", "Lists who belongs to a room, or changes what somebody is to it",
                                List.of("room"), this::affiliation)
                        .withOptional("address").withOptional("affiliation")),
                adminCommand(AdminCommand
                        .of("room history", "Shows what was said last in a room", List.of("room"), this::history)
                        .withOptional("limit")));
    }

    private Jid room(Arguments a) {
        var address = a.address("room");
        if (!address.hasLocal() || address.isFull()) throw new AdminException(
                "'" + address + "' is no room; one looks like lounge@" + settings.get().label() + ".example.org");
        return address;
    }

    private Object list(Arguments a) {
        var of = a.optional("domain").map(List::of).orElseGet(() -> domains.names().filter(
                d -> domains.service(d).filter(s -> s.service().label().equals(settings.get().label())).isPresent())
                .toList());
        return of.stream()
                .flatMap(domain -> rooms
                        .list(domain, Rooms.Which.ALL, a.optional("after").orElse(""), a.number("limit", 100)).stream())
                .map(kept -> {
                    var row = new LinkedHashMap<String, Object>();
                    row.put("room", kept.address().toString());
                    row.put("name", kept.settings().name());
                    row.put("occupants", rooms.occupants(kept.address()));
                    row.put("persistent", kept.settings().persistent());
                    row.put("listed", kept.settings().listed());
                    row.put("creator", kept.creator().toString());
                    row.put("created", kept.created().toString());
                    return row;
                }).toList();
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
            row.put(a.wire() + "s", room.affiliates().values().stream().filter(who -> who.affiliation() == a).count());
        row.put("locked", room.isLocked());
        row.put("creator", room.creator().toString());
        return row;
    }

    private Object create(Arguments a) {
        var address = room(a);
        if (domains.service(address.domain()).filter(s -> s.service().label().equals(settings.get().label())).isEmpty())
            throw new AdminException("there are no rooms on " + address.domain());
        var owner = a.account("owner");
        return work.on(address, (found, _) -> {
            if (found.isPresent()) throw new AdminException("there is a room " + address + " already");
            var made = rooms.make(address, owner);
            made.room().config(made.room().config().with(RoomOption.PERSISTENT, true).with(RoomOption.NAME,
                    a.optional("name").map(List::of).orElse(List.of())));
            rooms.unlock(made);
            return Map.of("room", address.toString(), "owner", owner.toString());
        });
    }

    private Object destroy(Arguments a) {
        var why = Element.of(MucXml.OWNER, "destroy");
        if (a.optional("alternate").isPresent()) why = why.with("jid", a.address("alternate"));
        var said = why.with(Element.of(MucXml.OWNER, "reason")
                .withText(a.optional("reason").orElse("an admin has ended this room")));
        return work.with(room(a), (live, transaction) -> {
            rulers.owning.destroy(live, transaction, said);
            return Map.of("destroyed", live.address().toString());
        });
    }

    private Object config(Arguments a) {
        return work.with(room(a), (live, transaction) -> {
            if (a.optional("setting").isPresent()) {
                var setting = setting(a.text("setting"));
                var form = new DataForm(Map.of(setting.field(), List.of(a.text("value").split(","))));
                rulers.configuring.configure(live, RoomConfigForm.read(form, live.room().config()), Map.of(),
                        Optional.empty(), transaction);
            }
            var row = new LinkedHashMap<String, Object>();
            for (RoomOption s : RoomOption.values()) if (s.kind() != RoomOption.Kind.SECRET)
                row.put(shortly(s), String.join(",", live.room().config().all(s)));
            return row;
        });
    }

    private static String shortly(RoomOption s) {
        return s.field().substring(s.field().indexOf(s.field().contains("_") ? '_' : '#') + 1);
    }

    private static RoomOption setting(String name) {
        return Arrays.stream(RoomOption.values()).filter(s -> s.field().equals(name) || shortly(s).equals(name))
                .findFirst().orElseThrow(() -> new AdminException(
                        "there is no setting '" + name + "'; settings are " + Arrays.stream(RoomOption.values())
                                .map(RoomCommands::shortly).collect(Collectors.joining(", "))));
    }

    private static List<Map<String, Object>> occupants(LiveRoom live) {
        return live.room().occupants().stream().flatMap(o -> o.devices().stream().map(device -> row(live, o, device)))
                .toList();
    }

    private static Map<String, Object> row(LiveRoom live, Occupant occupant, Jid device) {
        var row = new LinkedHashMap<String, Object>();
        row.put("nick", occupant.nick());
        row.put("device", device.toString());
        row.put("role", occupant.role().wire());
        row.put("affiliation", live.room().affiliation(occupant.user()).wire());
        return row;
    }

    private Object affiliation(Arguments a) {
        return work.with(room(a), (live, transaction) -> {
            if (a.optional("address").isPresent()) {
                var who = a.address("address").bare();
                var as = Affiliation.read(a.text("affiliation")).orElseThrow(
                        () -> new AdminException("an affiliation is owner, admin, member, outcast or none"));
                if (as != Affiliation.OWNER && live.room().affiliate(who).affiliation() == Affiliation.OWNER
                        && live.room().owners() == 1)
                    throw new AdminException(who + " is the only owner; make somebody else one first");
                rulers.affiliating.affiliate(live,
                        Map.of(who,
                                new Affiliate(as,
                                        as.isAtLeast(Affiliation.MEMBER) ? live.room().affiliate(who).nick() : "", "")),
                        Optional.empty(), transaction);
            }
            return live.room().affiliates().entrySet().stream().map(who -> {
                var row = new LinkedHashMap<String, Object>();
                row.put("address", who.getKey().toString());
                row.put("affiliation", who.getValue().affiliation().wire());
                row.put("nick", who.getValue().nick());
                row.put("reason", who.getValue().reason());
                return row;
            }).toList();
        });
    }

    private Object history(Arguments a) {
        return work.with(room(a), (live, _) -> live.history().last(a.number("limit", 20), Long.MAX_VALUE, 0).stream()
                .map(RoomCommands::row).toList());
    }

    private static Map<String, Object> row(Spoken spoken) {
        var row = new LinkedHashMap<String, Object>();
        row.put("at", Instant.ofEpochMilli(spoken.at()).toString());
        row.put("nick", spoken.message().from().resource());
        row.put("said", spoken.message().child(Stanza.CLIENT, "body").map(Element::text).orElse(""));
        return row;
    }
}
