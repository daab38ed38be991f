package im.martlet.extensions.muc;

import im.martlet.archive.StanzaIds;
import im.martlet.archive.Worth;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.History.Spoken;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.wire.Clean;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.session.Cause;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.Archive.Entry;
import im.martlet.storage.Journal.Write;
import im.martlet.storage.LogId;
import im.martlet.storage.Rooms;
import im.martlet.stream.StreamIds;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;

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
        boolean subject = isSubject(said);
        var needed = subject ? RolePrivilege.MODIFY_SUBJECT : RolePrivilege.SEND_MESSAGES_TO_ALL;
        if (!needed.allows(occupant.role(), room.config())) throw new StanzaException(Condition.FORBIDDEN.plain());
        var message = reflected(live, occupant, said);
        if (subject) subject(live, message);
        retracting.retracted(live, message, said.from(), cause);
        out.toAll(room, keep(live, message, said, cause), cause);
    }

    /** §8.1: a subject, and neither body nor thread. */
    private static boolean isSubject(Message m) { return m.has(Stanza.CLIENT, "subject") && !m.hasBody() && !m.has(Stanza.CLIENT, "thread"); }

    private static Message reflected(LiveRoom live, Occupant occupant, Message said) {
        var payload = Clean.of(said.payload(), live.address()).with(Muc.occupantId(occupant.id()));
        return new Message(Message.Type.GROUPCHAT, occupant.address(), live.address(), said.id().isEmpty() ? StreamIds.next() : said.id(), said.lang(), payload);
    }

    private void subject(LiveRoom live, Message message) {
        var kept = message.with(message.payload().with(Entering.delay(live.address(), Instant.now())));
        store.setSubject(live.key(), StoredStanza.write(kept));
        live.room().subject(kept);
    }

    /** Has a message written down, if it is worth it, and puts on where it stands. */
    private static Message keep(LiveRoom live, Message message, Message said, Cause cause) {
        boolean worth = isSubject(message) || Worth.ofContent(message) == Worth.HISTORY;
        if (!worth) return message;
        var log = live.log();
        long at = System.currentTimeMillis();
        var stamped = message;
        long id = 0;
        if (log.isPresent()) {
            id = log.get().append();
            at = LogId.time(id).toEpochMilli();
            long place = id;
            var entry = new Entry(id, said.from(), true, true, Optional.of(StanzaIds.text(id)), StoredStanza.bytesForAll(message));
            cause.record(new Write.Append(live.key(), entry), () -> log.get().written(place));
            stamped = StanzaIds.stamp(message.logged(id), live.address()).logged(0);
        }
        if (!isSubject(message)) live.history().add(new Spoken(id, at, stamped));
        return stamped;
    }
}
