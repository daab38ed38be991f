package im.martlet.extensions.muc.hats;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.LiveRoom;
import im.martlet.extensions.muc.RoomBroadcast;
import im.martlet.extensions.muc.RoomFeature;
import im.martlet.extensions.muc.RoomHook;
import im.martlet.extensions.muc.RoomSettings;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.rooms.RoomHats;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Creates, destroys, assigns and lists hats with the ad-hoc commands of XEP-0317 §3. A command has one form at most. A
 * client may send the form with its first request or after it asked for the form, so the room keeps no command session.
 */
@Xep(number = 317, title = "Hats", version = "0.3.1")
final class HatCommands implements RoomFeature {
    private static final int MAX_HATS = 100; // of a room
    private static final int MAX_HATS_OF_USER = 20;
    private static final int CONFIGURED = 104; // XEP-0045 §10.2.1

    /** The commands of XEP-0317 §3. */
    private enum Command {
        CREATE("create", "Create a hat"), DESTROY("destroy", "Destroy a hat"), LIST("list", "List hats"),
        ASSIGN("assign", "Assign a hat"), UNASSIGN("unassign", "Remove a hat"),
        LIST_ASSIGNED("list-assigned", "List assigned hats");

        private final String node;
        private final String title;

        Command(String name, String title) {
            this.node = HatForms.COMMANDS + ":" + name;
            this.title = title;
        }
    }

    private final RoomHats store;
    private final RoomBroadcast broadcast;
    private final Supplier<RoomSettings> settings;

    @Inject HatCommands(RoomHats store, RoomBroadcast broadcast, Supplier<RoomSettings> settings) {
        this.store = store;
        this.broadcast = broadcast;
        this.settings = settings;
    }

    @Override public List<RoomHook> hooks() {
        var commands = Stream.of(Command.values()).<RoomHook>map(command -> new RoomHook.Command(command.node,
                command.title, (room, user) -> isAllowed(command, room, user),
                (live, request, transaction) -> run(command, live, request, transaction)));
        return Stream.concat(commands, Stream.of(new RoomHook.DiscoFeature(HatForms.NS),
                new RoomHook.InfoField("hats#hash", live -> HatForms.hash(hats(live.room()).all()).stream().toList()),
                new RoomHook.PresenceElement(HatForms.NS,
                        (room, occupant) -> HatForms.worn(hats(room).of(occupant.user()))),
                new RoomHook.StateSlot<>(Hats.class, Hats::new, room -> Hats.load(store, room)),
                new RoomHook.AccountDeletion(store::forget, (room, user) -> hats(room).forget(user)))).toList();
    }

    private static Hats hats(Room room) { return room.state(Hats.class); }

    private static boolean isAllowed(Command command, Room room, Jid user) {
        var affiliation = room.affiliation(user);
        boolean belongs =
                room.withDevice(user).isPresent() || AffiliationPrivilege.RETRIEVE_MEMBER_LIST.allows(affiliation);
        return switch (command) {
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> AffiliationPrivilege.EDIT_MEMBER_LIST.allows(affiliation);
            case LIST -> belongs;
            case LIST_ASSIGNED -> AffiliationPrivilege.EDIT_MEMBER_LIST.allows(affiliation)
                    || belongs && room.config().isNonAnonymous();
        };
    }

    private void run(Command command, LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var element = request.element();
        String session = element.attribute("sessionid").filter(id -> !id.isEmpty()).orElseGet(RandomIds::next);
        if (element.attribute("action").filter("cancel"::equals).isPresent()) {
            broadcast.send(request.result(status(command, session, "canceled")), transaction);
            return;
        }
        var form = DataForm.in(element);
        var hats = hats(live.room());
        broadcast.send(request.result(switch (command) {
            case LIST -> status(command, session, "completed").with(HatForms.list(hats));
            case LIST_ASSIGNED -> status(command, session, "completed").with(HatForms.assigned(hats));
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> {
                if (form.isEmpty()) yield blankForm(command, session, hats);
                submit(command, live, form.get(), transaction);
                yield status(command, session, "completed");
            }
        }), transaction);
    }

    private static Element status(Command command, String session, String status) {
        return Element.of(Namespaces.COMMANDS, "command").with("node", command.node).with("sessionid", session)
                .with("status", status);
    }

    private static Element blankForm(Command command, String session, Hats hats) {
        var actions = Element.of(Namespaces.COMMANDS, "actions").with("execute", "complete")
                .with(Element.of(Namespaces.COMMANDS, "complete"));
        return status(command, session, "executing").with(actions, switch (command) {
            case CREATE -> HatForms.create();
            case DESTROY -> HatForms.destroy(hats.all());
            case ASSIGN, UNASSIGN, LIST, LIST_ASSIGNED -> HatForms.assign(command.title, hats.all());
        });
    }

    private void submit(Command command, LiveRoom live, DataForm form, StanzaTransaction transaction) {
        if (!form.type().equals(HatForms.COMMANDS))
            throw StanzaException.badRequest("the form must be of type " + HatForms.COMMANDS);
        switch (command) {
            case CREATE -> create(live, form, transaction);
            case DESTROY -> destroy(live, form, transaction);
            case ASSIGN -> assign(live, form, transaction);
            case UNASSIGN -> unassign(live, form, transaction);
            case LIST, LIST_ASSIGNED -> {}
        }
    }

    private void create(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        var hat = HatForms.hat(form);
        var hats = hats(live.room());
        if (hats.find(hat.uri()).isEmpty() && hats.all().size() >= MAX_HATS)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a room can have at most " + MAX_HATS + " hats"));
        store.put(live.key(), hat.uri(), hat.title(), hat.hue());
        hats.put(hat);
        showChange(live, hats.wearers(hat.uri()), transaction);
        noticeConfigured(live, transaction);
    }

    private void destroy(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = existing(live, form);
        store.remove(live.key(), uri);
        showChange(live, hats(live.room()).remove(uri), transaction);
        noticeConfigured(live, transaction);
    }

    private void assign(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = existing(live, form);
        var user = HatForms.user(form);
        var hats = hats(live.room());
        if (hats.wearers(uri).contains(user)) return;
        if (hats.of(user).size() >= MAX_HATS_OF_USER)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a user can have at most " + MAX_HATS_OF_USER + " hats"));
        if (hats.assignments() >= settings.get().affiliations())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too many hats are assigned in this room"));
        store.assign(live.key(), uri, user);
        hats.assign(uri, user);
        showChange(live, List.of(user), transaction);
    }

    private void unassign(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = existing(live, form);
        var user = HatForms.user(form);
        store.unassign(live.key(), uri, user);
        if (hats(live.room()).unassign(uri, user)) showChange(live, List.of(user), transaction);
    }

    private static String existing(LiveRoom live, DataForm form) {
        String uri = HatForms.uri(form);
        if (hats(live.room()).find(uri).isEmpty())
            throw new StanzaException(Condition.ITEM_NOT_FOUND.because("this room has no such hat"));
        return uri;
    }

    /** "the room SHOULD broadcast the related JID presence with the refreshed hat list" */
    private void showChange(LiveRoom live, Collection<Jid> users, StanzaTransaction transaction) {
        for (Jid user : users) for (Occupant occupant : live.room().of(user)) {
            occupant.presenceChanged();
            broadcast.showToAll(live.room(), occupant, transaction);
        }
    }

    private void noticeConfigured(LiveRoom live, StanzaTransaction transaction) {
        broadcast.sendNotice(live.room(), Element.of(MucXml.USER, "x").with(MucXml.status(CONFIGURED)), transaction);
    }
}
