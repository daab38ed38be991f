package im.martlet.extensions.muc;

import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.wire.Clean;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.session.Cause;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.Rooms;
import im.martlet.stream.StreamIds;
import jakarta.inject.Inject;
import java.time.Instant;

/** What occupants say to everybody, and what the room is about (XEP-0045 §7.4, §8.1). It is in the room's archive when it is acknowledged. */
final class Talking {
    private final Outgoing out;
    private final Rooms store;
    private final Retracting retracting;

    @Inject Talking(Outgoing out, Rooms store, Retracting retracting) {
        this.out = out;
        this.store = store;
        this.retracting = retracting;
    }

    void toEverybody(LiveRoom live, Message said, Cause cause) {
        var room = live.room();
        var occupant = room.withDevice(said.from()).orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        boolean subject = Keeping.isSubject(said);
        var needed = subject ? RolePrivilege.MODIFY_SUBJECT : RolePrivilege.SEND_MESSAGES_TO_ALL;
        if (!needed.allows(occupant.role(), room.config())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var message = reflected(live, occupant, said);
        if (subject) subject(live, message);
        retracting.retracted(live, message, said.from(), cause);
        out.toAll(room, Keeping.keep(live, message, said.from(), cause), cause);
    }

    private static Message reflected(LiveRoom live, Occupant occupant, Message said) {
        var payload = Clean.of(said.payload(), live.address()).with(Muc.occupantId(occupant.id()));
        return new Message(Message.Type.GROUPCHAT, occupant.address(), live.address(), said.id().isEmpty() ? StreamIds.next() : said.id(), said.lang(), payload);
    }

    private void subject(LiveRoom live, Message message) {
        var kept = message.with(message.payload().with(Entering.delay(live.address(), Instant.now())));
        store.setSubject(live.key(), StoredStanza.write(kept));
        live.room().subject(kept);
    }
}
