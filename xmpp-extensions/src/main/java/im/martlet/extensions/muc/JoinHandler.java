package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extensions.muc.rules.JoinAttempt;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomHistory.PastMessage;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.JoinRequest;
import im.martlet.extensions.muc.wire.MucXml;
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

/** Lets users enter rooms, and creates a room when its first user enters (XEP-0045 §7.2, §10.1). */
final class JoinHandler {
    private static final int NON_ANONYMOUS = 100;
    private static final int CREATED = 201;
    private static final int EXTRA_FOR_ADMINS = 50; // occupants beyond the limit of a full room
    private static final int MAX_DEVICES = 20; // of one occupant

    private final LiveRooms rooms;
    private final RoomBroadcast broadcast;
    private final Hosts hosts;
    private final BlocklistCheck blocklist;
    private final OccupantSanitizer sanitizer;
    private final Supplier<RoomSettings> settings;

    @Inject JoinHandler(LiveRooms rooms, RoomBroadcast broadcast, Hosts hosts, BlocklistCheck blocklist,
            OccupantSanitizer sanitizer, Supplier<RoomSettings> settings) {
        this.rooms = rooms;
        this.broadcast = broadcast;
        this.hosts = hosts;
        this.blocklist = blocklist;
        this.sanitizer = sanitizer;
        this.settings = settings;
    }

    /** Creates a room for a user that enters an address without a room. */
    void createRoom(Presence presence, JoinRequest request, StanzaTransaction transaction) {
        var user = presence.from().bare();
        boolean admin = rooms.isServiceAdmin(user);
        if (!admin && !mayCreate(user))
            throw new StanzaException(Condition.NOT_ALLOWED.because("you may not create rooms here")); // §10.1.1
        int limit = settings.get().perAccount();
        if (!admin && limit > 0 && rooms.countCreatedBy(user) >= limit)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("an account can create at most " + limit + " rooms"));
        var as = nickAddress(presence);
        admit(rooms.create(as.bare(), user), presence, as, request, transaction, CREATED);
    }

    private boolean mayCreate(Jid user) {
        return switch (settings.get().create()) {
            case "everybody" -> true;
            case "local" -> user.hasLocal() && hosts.isLocal(user.domain());
            default -> false;
        };
    }

    /** Returns the address in the room that a presence asks for (§7.2.1). */
    static Jid nickAddress(Presence presence) {
        var as = Objects.requireNonNull(presence.to());
        if (as.isBare())
            throw new StanzaException(Condition.JID_MALFORMED.because("the address of the room needs a nickname"));
        return MucXml.withNick(as.bare(), as.resource());
    }

    /** Lets a device enter that is not in the room, or throws an error. */
    void join(LiveRoom live, Presence presence, JoinRequest request, StanzaTransaction transaction) {
        var room = live.room();
        var as = nickAddress(presence);
        var user = presence.from().bare();
        if (room.isLocked() && room.affiliates().get(user) == null)
            throw new StanzaException(Condition.ITEM_NOT_FOUND.because("the room does not exist yet")); // §7.2.10
        if (blocklist.isBlocked(room, user))
            throw new StanzaException(Condition.FORBIDDEN.because("you are on a blocklist that this server follows"));
        var occupant = room.occupant(as.resource()).filter(o -> o.user().equals(user));
        if (occupant.filter(o -> o.devices().size() >= MAX_DEVICES).isPresent())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too many devices use this nickname"));
        boolean full = occupant.isEmpty() && room.occupants().size() >= maxOccupants(room);
        new JoinAttempt(room.affiliation(user), request.password(), room.isTaken(as.resource(), user), full)
                .refusal(room.config()).ifPresent(error -> {
                    throw new StanzaException(error);
                });
        if (full && room.occupants().size() >= maxOccupants(room) + EXTRA_FOR_ADMINS)
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.because("the room is full"));
        admit(live, presence, as, request, transaction);
    }

    private int maxOccupants(Room room) {
        return Math.min(room.config().number(RoomOption.MAX_USERS).orElse(Integer.MAX_VALUE),
                settings.get().occupants());
    }

    private void admit(LiveRoom live, Presence presence, Jid as, JoinRequest request, StanzaTransaction transaction,
            int... status) {
        var room = live.room();
        var user = presence.from().bare();
        String id = live.occupantId(user);
        var role = JoinAttempt.initialRole(room.affiliation(user), room.config());
        var occupant = room.enter(presence.from(), as, role, id, sanitizer.clean(presence, room.address(), id));
        broadcast.showToOthers(room, occupant, transaction);
        broadcast.showToOtherDevices(room, occupant, presence.from(), transaction);
        sendRoomState(live, occupant, presence, request, transaction, status);
    }

    /**
     * Sends a device everything that it needs after it entered: presence, history and subject (§7.1). A device that has
     * lost its state gets this again (§17.3).
     */
    void sendRoomState(LiveRoom live, Occupant occupant, Presence presence, JoinRequest request,
            StanzaTransaction transaction, int... status) {
        var room = live.room();
        broadcast.showOthers(room, occupant, presence.from(), transaction);
        broadcast.answerWithSelf(room, occupant, presence, transaction, room.config().isNonAnonymous()
                ? IntStream.concat(IntStream.of(NON_ANONYMOUS), IntStream.of(status)).toArray() : status);
        int most = Math.min(request.most(), room.config().number(RoomOption.HISTORY).orElse(0));
        for (PastMessage past : live.history().last(most, request.characters(), request.since()))
            broadcast.send(withDelay(room.address(), past).withTo(presence.from()), transaction);
        broadcast.send(subject(room).withTo(presence.from()), transaction);
    }

    /** §7.2.13. */
    private static Message withDelay(Jid room, PastMessage past) {
        var message = past.message();
        return message.with(message.payload().with(delay(room, Instant.ofEpochMilli(past.at()))));
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
