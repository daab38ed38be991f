package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Message;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.rooms.Rooms;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;

/**
 * Sends the messages and subject changes of occupants to all occupants (XEP-0045 §7.4, §8.1). A message is in the
 * room's archive before it is acknowledged.
 */
@Xep(number = 500, title = "MUC Slow Mode", version = "0.1.1")
final class GroupMessages {
    private final RoomBroadcast broadcast;
    private final Rooms store;
    private final RoomRetractions retractions;
    private final AbsentMembers absentMembers;
    private final OccupantSanitizer sanitizer;

    @Inject GroupMessages(RoomBroadcast broadcast, Rooms store, RoomRetractions retractions,
            AbsentMembers absentMembers, OccupantSanitizer sanitizer) {
        this.broadcast = broadcast;
        this.store = store;
        this.retractions = retractions;
        this.absentMembers = absentMembers;
        this.sanitizer = sanitizer;
    }

    void send(LiveRoom live, Message sent, StanzaTransaction transaction) {
        var room = live.room();
        var occupant = room.withDevice(sent.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        boolean subject = RoomLog.isSubject(sent);
        var privilege = subject ? RolePrivilege.MODIFY_SUBJECT : RolePrivilege.SEND_MESSAGES_TO_ALL;
        if (!privilege.allows(occupant.role(), room.config())) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (sent.hasBody() && !room.affiliation(occupant.user()).isAtLeast(Affiliation.ADMIN))
            checkSlowMode(live, occupant.user());
        var message = reflected(live, occupant, sent);
        if (subject) setSubject(live, message);
        retractions.retract(live, message, sent.from(), transaction);
        var logged = RoomLog.append(live, message, sent.from(), transaction);
        broadcast.sendToAll(room, logged, transaction);
        absentMembers.notify(live, logged, transaction);
    }

    /** XEP-0500 §6. */
    private static void checkSlowMode(LiveRoom live, Jid user) {
        int pause = live.room().config().number(RoomOption.SLOW_MODE).orElse(0);
        if (pause > 0 && !live.slowMode().tryMessage(user, Duration.ofSeconds(pause), System.nanoTime()))
            throw new StanzaException(Condition.POLICY_VIOLATION
                    .because("this room is in slow mode; wait " + pause + " seconds between two messages")
                    .as(StanzaError.Type.WAIT));
    }

    /** Returns the message as all occupants receive it, without a recipient. */
    private Message reflected(LiveRoom live, Occupant occupant, Message sent) {
        var payload = sanitizer.clean(sent.payload(), live.address()).with(MucXml.occupantId(occupant.id()));
        return new Message(Message.Type.GROUPCHAT, occupant.address(), live.address(),
                sent.id().isEmpty() ? RandomIds.next() : sent.id(), sent.lang(), payload);
    }

    private void setSubject(LiveRoom live, Message message) {
        var stored = message.with(message.payload().with(JoinHandler.delay(live.address(), Instant.now())));
        store.setSubject(live.key(), StoredStanza.write(stored));
        live.room().subject(stored);
    }
}
