package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.OccupantSanitizer;
import im.martlet.session.StanzaTransaction;
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
 * What occupants say to everybody, and what the room is about (XEP-0045 §7.4, §8.1). It is in the room's archive when
 * it is acknowledged.
 */
final class GroupMessages {
    private final RoomBroadcast out;
    private final Rooms store;
    private final RoomRetractions retracting;
    private final AbsentMembers absentees;

    @Inject GroupMessages(RoomBroadcast out, Rooms store, RoomRetractions retracting, AbsentMembers absentees) {
        this.absentees = absentees;
        this.out = out;
        this.store = store;
        this.retracting = retracting;
    }

    void toEverybody(LiveRoom live, Message said, StanzaTransaction transaction) {
        var room = live.room();
        var occupant = room.withDevice(said.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        boolean subject = RoomLog.isSubject(said);
        var needed = subject ? RolePrivilege.MODIFY_SUBJECT : RolePrivilege.SEND_MESSAGES_TO_ALL;
        if (!needed.allows(occupant.role(), room.config())) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (said.hasBody() && !room.affiliation(occupant.user()).isAtLeast(Affiliation.ADMIN))
            slow(live, occupant.user());
        var message = reflected(live, occupant, said);
        if (subject) subject(live, message);
        retracting.retracted(live, message, said.from(), transaction);
        var kept = RoomLog.keep(live, message, said.from(), transaction);
        out.toAll(room, kept, transaction);
        absentees.said(live, kept, transaction);
    }

    /** XEP-0500 §6. */
    private static void slow(LiveRoom live, Jid user) {
        int pause = live.room().config().number(RoomOption.SLOW_MODE).orElse(0);
        if (pause > 0 && !live.pace().mayGo(user, Duration.ofSeconds(pause), System.nanoTime()))
            throw new StanzaException(Condition.POLICY_VIOLATION
                    .because("this room is in slow mode: there are " + pause + " seconds between two messages")
                    .as(StanzaError.Type.WAIT));
    }

    private static Message reflected(LiveRoom live, Occupant occupant, Message said) {
        var payload = OccupantSanitizer.of(said.payload(), live.address()).with(MucXml.occupantId(occupant.id()));
        return new Message(Message.Type.GROUPCHAT, occupant.address(), live.address(),
                said.id().isEmpty() ? RandomIds.next() : said.id(), said.lang(), payload);
    }

    private void subject(LiveRoom live, Message message) {
        var kept = message.with(message.payload().with(JoinHandler.delay(live.address(), Instant.now())));
        store.setSubject(live.key(), StoredStanza.write(kept));
        live.room().subject(kept);
    }
}
