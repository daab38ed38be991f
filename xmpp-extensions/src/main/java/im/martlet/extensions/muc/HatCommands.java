package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.HatForms;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Hats are made, given and taken by the commands of XEP-0317 §3. A command takes one form at most, which may come with
 * the first request or after the form was asked for: so nothing has to be remembered in between.
 */
final class HatCommands implements RoomQuery {
    static final String COMMAND = Namespaces.COMMANDS;
    private static final int MOST = 100; // hats of a room
    private static final int MOST_OF_ONE = 20; // of one user
    private static final int CONFIGURED = 104;

    /** What one can do about hats. */
    private enum Deed {
        CREATE("create", "Create a hat"), DESTROY("destroy", "Destroy a hat"), LIST("list", "List hats"),
        ASSIGN("assign", "Assign a hat"), UNASSIGN("unassign", "Remove a hat"),
        LIST_ASSIGNED("list-assigned", "List assigned hats");

        private final String node;
        private final String title;

        Deed(String name, String title) {
            this.node = HatForms.COMMANDS + ":" + name;
            this.title = title;
        }
    }

    private final RoomHats store;
    private final RoomBroadcast out;
    private final Supplier<RoomSettings> settings;

    @Inject HatCommands(RoomHats store, RoomBroadcast out, Supplier<RoomSettings> settings) {
        this.store = store;
        this.out = out;
        this.settings = settings;
    }

    @Override public Set<String> namespaces() { return Set.of(COMMAND); }

    /** What somebody may do: names of commands, and titles. */
    static Map<String, String> commands(Room room, Jid asker) {
        var may = new java.util.LinkedHashMap<String, String>();
        for (Deed deed : Deed.values()) if (mayDo(deed, room, asker)) may.put(deed.node, deed.title);
        return may;
    }

    private static boolean mayDo(Deed deed, Room room, Jid asker) {
        var affiliation = room.affiliation(asker);
        boolean within =
                room.withDevice(asker).isPresent() || AffiliationPrivilege.RETRIEVE_MEMBER_LIST.allows(affiliation);
        return switch (deed) {
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> AffiliationPrivilege.EDIT_MEMBER_LIST.allows(affiliation);
            case LIST -> within;
            case LIST_ASSIGNED -> AffiliationPrivilege.EDIT_MEMBER_LIST.allows(affiliation)
                    || within && room.config().isNonAnonymous();
        };
    }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var command = request.element();
        if (!(request instanceof Iq.Set) || !command.name().equals("command"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        var deed = List.of(Deed.values()).stream()
                .filter(d -> command.attribute("node").filter(d.node::equals).isPresent()).findFirst()
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
        if (!live.isKept() || !mayDo(deed, live.room(), request.from()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        String session = command.attribute("sessionid").filter(id -> !id.isEmpty()).orElseGet(RandomIds::next);
        if (command.attribute("action").filter("cancel"::equals).isPresent()) {
            out.send(request.result(status(deed, session, "canceled")), transaction);
            return;
        }
        var form = DataForm.in(command);
        var hats = live.room().hats();
        out.send(request.result(switch (deed) {
            case LIST -> status(deed, session, "completed").with(HatForms.list(hats));
            case LIST_ASSIGNED -> status(deed, session, "completed").with(HatForms.assigned(hats));
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> form.isEmpty() ? ask(deed, session, live.room())
                    : done(deed, session, live, form.get(), transaction);
        }), transaction);
    }

    private static Element status(Deed deed, String session, String status) {
        return Element.of(COMMAND, "command").with("node", deed.node).with("sessionid", session).with("status", status);
    }

    private static Element ask(Deed deed, String session, Room room) {
        var actions = Element.of(COMMAND, "actions").with("execute", "complete").with(Element.of(COMMAND, "complete"));
        return status(deed, session, "executing").with(actions, switch (deed) {
            case CREATE -> HatForms.create();
            case DESTROY -> HatForms.destroy(room.hats().all());
            case ASSIGN, UNASSIGN, LIST, LIST_ASSIGNED -> HatForms.assign(deed.title, room.hats().all());
        });
    }

    private Element done(Deed deed, String session, LiveRoom live, DataForm form, StanzaTransaction transaction) {
        if (!form.type().equals(HatForms.COMMANDS))
            throw StanzaException.badRequest("the form is of type " + HatForms.COMMANDS);
        switch (deed) {
            case CREATE -> create(live, form, transaction);
            case DESTROY -> destroy(live, form, transaction);
            case ASSIGN -> assign(live, form, transaction);
            case UNASSIGN -> unassign(live, form, transaction);
            case LIST, LIST_ASSIGNED -> {}
        }
        return status(deed, session, "completed");
    }

    private void create(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        var hat = HatForms.hat(form);
        var hats = live.room().hats();
        if (hats.find(hat.uri()).isEmpty() && hats.all().size() >= MOST)
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("a room has " + MOST + " hats"));
        store.put(live.key(), hat.uri(), hat.title(), hat.hue());
        hats.put(hat);
        changed(live, hats.wearers(hat.uri()), transaction);
        configured(live, transaction);
    }

    private void destroy(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = known(live, form);
        store.remove(live.key(), uri);
        changed(live, live.room().hats().remove(uri), transaction);
        configured(live, transaction);
    }

    private void assign(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = known(live, form);
        var user = HatForms.user(form);
        var hats = live.room().hats();
        if (hats.wearers(uri).contains(user)) return;
        if (hats.of(user).size() >= MOST_OF_ONE || hats.worn() >= settings.get().affiliations())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too many hats"));
        store.assign(live.key(), uri, user);
        hats.assign(uri, user);
        changed(live, List.of(user), transaction);
    }

    private void unassign(LiveRoom live, DataForm form, StanzaTransaction transaction) {
        String uri = known(live, form);
        var user = HatForms.user(form);
        store.unassign(live.key(), uri, user);
        if (live.room().hats().unassign(uri, user)) changed(live, List.of(user), transaction);
    }

    private static String known(LiveRoom live, DataForm form) {
        String uri = HatForms.uri(form);
        if (live.room().hats().find(uri).isEmpty())
            throw new StanzaException(Condition.ITEM_NOT_FOUND.because("there is no such hat"));
        return uri;
    }

    /** "the room SHOULD broadcast the related JID presence with the refreshed hat list" */
    private void changed(LiveRoom live, Collection<Jid> users, StanzaTransaction transaction) {
        for (Jid user : users) for (Occupant occupant : live.room().of(user)) {
            occupant.changed();
            out.toEverybody(live.room(), occupant, transaction);
        }
    }

    private void configured(LiveRoom live, StanzaTransaction transaction) {
        out.notice(live.room(), Element.of(MucXml.USER, "x").with(MucXml.status(CONFIGURED)), transaction);
    }
}
