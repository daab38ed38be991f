package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.archive.Urgency;
import im.martlet.archive.Worth;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Setting;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.extensions.push.MissedInRooms;
import im.martlet.routing.Hosts;
import im.martlet.session.Cause;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;

/**
 * Who belongs to a room and is not in it hears of what is said there: the devices of accounts here are woken, and who is meant is
 * sent the message, if the room is configured so (XEP-0452).
 */
final class Absentees {
    private static final String MENTIONS = "urn:xmpp:mmn:0";
    private static final String FORWARD = "urn:xmpp:forward:0";

    private final MissedInRooms devices;
    private final Hosts hosts;
    private final Outgoing out;

    @Inject Absentees(MissedInRooms devices, Hosts hosts, Outgoing out) {
        this.devices = devices;
        this.hosts = hosts;
        this.out = out;
    }

    /** Something was said. @param message as it was reflected */
    void said(LiveRoom live, Message message, Cause cause) {
        var room = live.room();
        if (room.absentMembers().isEmpty() || Urgency.of(message) == Urgency.NONE) return;
        var mentions = Mentions.in(message);
        boolean forwards = room.config().is(Setting.FORWARD_MENTIONS);
        boolean closed = room.config().is(Setting.MEMBERS_ONLY);
        for (Jid member : room.absentMembers()) {
            Affiliate known = room.affiliate(member);
            if (forwards && mentions.refersTo(member, known.nick())) forward(room.address(), message, member, cause);
            else if (hosts.isLocal(member.domain())) devices.missed(member, new MissedInRooms.Missed(message, mentions.mean(member, known.nick()), closed), cause);
        }
    }

    /** XEP-0452 §3.2. It is kept for who is not online, and wakes their devices as any message does. */
    private void forward(Jid room, Message message, Jid member, Cause cause) {
        var delay = Element.of(Muc.DELAY, "delay").with("stamp", Instant.now());
        var mentions = Element.of(MENTIONS, "mentions").with(Element.of(FORWARD, "forwarded").with(delay, message.withTo(room).toElement()));
        out.send(new Message(Message.Type.NORMAL, room, member, StreamIds.next(), "", Payload.of(mentions, Element.of(Worth.HINTS, "store"))), cause);
    }
}
