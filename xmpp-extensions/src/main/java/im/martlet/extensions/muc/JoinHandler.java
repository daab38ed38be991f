package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extensions.muc.rules.JoinAttempt;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomHistory.Spoken;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.JoinRequest;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RelayedPresence;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Coming into a room, and making one by coming (XEP-0045 §7.2, §10.1). */
final class JoinHandler {
    private static final int NON_ANONYMOUS = 100;
    private static final int CREATED = 201;
    private static final int EXTRA = 50; // places for admins in a room that is full
    private static final int MOST_DEVICES = 20; // of one occupant

    private final LiveRooms rooms;
    private final RoomBroadcast out;
    private final Hosts hosts;
    private final BlocklistCheck undesired;
    private final Supplier<RoomSettings> settings;

    @Inject JoinHandler(LiveRooms rooms, RoomBroadcast out, Hosts hosts, BlocklistCheck undesired,
            Supplier<RoomSettings> settings) {
        this.undesired = undesired;
        this.rooms = rooms;
        this.out = out;
        this.hosts = hosts;
        this.settings = settings;
    }

    /** Makes a room for who wants to enter one that is not there. */
    LiveRoom make(Presence said, JoinRequest request, StanzaTransaction transaction) {
        var user = said.from().bare();
        boolean admin = rooms.isSovereign(user);
        if (!admin && !mayMake(user))
            throw new StanzaException(Condition.NOT_ALLOWED.because("you may not make rooms here")); // §10.1.1
        int most = settings.get().perAccount();
        if (!admin && most > 0 && rooms.madeBy(user) >= most)
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("an account may make " + most + " rooms"));
        var as = address(said);
        var live = rooms.make(as.bare(), user);
        come(live, said, as, request, transaction, CREATED);
        return live;
    }

    private boolean mayMake(Jid user) {
        return switch (settings.get().create()) {
            case "everybody" -> true;
            case "local" -> user.hasLocal() && hosts.isLocal(user.domain());
            default -> false;
        };
    }

    /** The address in the room that somebody wants to have. */
    static Jid address(Presence said) {
        var as = Objects.requireNonNull(said.to());
        if (as.isBare()) throw new StanzaException(Condition.JID_MALFORMED.because("a nickname is needed")); // §7.2.1
        return MucXml.withNick(as.bare(), as.resource());
    }

    /** A device that is not in the room wants to be. */
    void enter(LiveRoom live, Presence said, JoinRequest request, StanzaTransaction transaction) {
        var room = live.room();
        var as = address(said);
        var user = said.from().bare();
        if (room.isLocked() && room.affiliates().get(user) == null)
            throw new StanzaException(Condition.ITEM_NOT_FOUND.because("the room does not exist yet")); // §7.2.10
        if (undesired.has(room, user))
            throw new StanzaException(Condition.FORBIDDEN.because("you are on a blocklist that this server follows"));
        var already = room.occupant(as.resource()).filter(o -> o.user().equals(user));
        if (already.filter(o -> o.devices().size() >= MOST_DEVICES).isPresent())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too many devices with one nickname"));
        boolean full = already.isEmpty() && room.occupants().size() >= most(room);
        new JoinAttempt(room.affiliation(user), request.password(), room.isTaken(as.resource(), user), full)
                .refusal(room.config()).ifPresent(why -> {
                    throw new StanzaException(why);
                });
        if (full && room.occupants().size() >= most(room) + EXTRA)
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.because("the room is full"));
        come(live, said, as, request, transaction);
    }

    private int most(Room room) {
        return Math.min(room.config().number(RoomOption.MAX_USERS).orElse(Integer.MAX_VALUE),
                settings.get().occupants());
    }

    private void come(LiveRoom live, Presence said, Jid as, JoinRequest request, StanzaTransaction transaction,
            int... status) {
        var room = live.room();
        var user = said.from().bare();
        String id = live.occupantId(user);
        var role = JoinAttempt.initial(room.affiliation(user), room.config());
        var occupant = room.enter(said.from(), as, role, id, RelayedPresence.cleaned(said, room.address(), id));
        out.toOthers(room, occupant, transaction);
        out.toOtherDevices(room, occupant, said.from(), transaction);
        welcome(live, occupant, said, request, transaction, status);
    }

    /** Everything that a device is told when it comes, or has lost its way (§7.1, §17.3). */
    void welcome(LiveRoom live, Occupant occupant, Presence said, JoinRequest request, StanzaTransaction transaction,
            int... status) {
        var room = live.room();
        out.others(room, occupant, said.from(), transaction);
        out.toSelf(room, occupant, said, transaction, room.config().isNonAnonymous()
                ? IntStream.concat(IntStream.of(NON_ANONYMOUS), IntStream.of(status)).toArray() : status);
        int most = Math.min(request.most(), room.config().number(RoomOption.HISTORY).orElse(0));
        for (Spoken spoken : live.history().last(most, request.characters(), request.since()))
            out.send(late(room.address(), spoken).withTo(said.from()), transaction);
        out.send(subject(room).withTo(said.from()), transaction);
    }

    /** §7.2.13. */
    private static Message late(Jid room, Spoken spoken) {
        return spoken.message().with(spoken.message().payload().with(delay(room, Instant.ofEpochMilli(spoken.at()))));
    }

    static Element delay(Jid room, Instant at) {
        return Element.of(MucXml.DELAY, "delay").with("from", room).with("stamp", at);
    }

    /** §7.2.15. */
    private static Message subject(Room room) {
        return room.subject().orElseGet(() -> new Message(Message.Type.GROUPCHAT, room.address(), room.address(),
                RandomIds.next(), "", Payload.of(MucXml.plain("subject", ""))));
    }
}
