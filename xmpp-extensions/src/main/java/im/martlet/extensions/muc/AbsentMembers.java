package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.push.MissedRoomMessages;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Urgency;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.Instant;

/**
 * Who belongs to a room and is not in it hears of what is said there: the devices of accounts here are woken, and who
 * is meant is sent the message, if the room is configured so (XEP-0452).
 */
final class AbsentMembers {

    private final MissedRoomMessages devices;
    private final Hosts hosts;
    private final RoomBroadcast out;

    @Inject AbsentMembers(MissedRoomMessages devices, Hosts hosts, RoomBroadcast out) {
        this.devices = devices;
        this.hosts = hosts;
        this.out = out;
    }

    /** Something was said. @param message as it was reflected */
    void said(LiveRoom live, Message message, StanzaTransaction transaction) {
        var room = live.room();
        if (room.absentMembers().isEmpty() || Urgency.of(message) == Urgency.NONE) return;
        var mentions = Mentions.in(message);
        boolean forwards = room.config().is(RoomOption.FORWARD_MENTIONS);
        boolean closed = room.config().is(RoomOption.MEMBERS_ONLY);
        for (Jid member : room.absentMembers()) {
            Affiliate known = room.affiliate(member);
            if (forwards && mentions.refersTo(member, known.nick()))
                forward(room.address(), message, member, transaction);
            else if (hosts.isLocal(member.domain())) devices.missed(member,
                    new MissedRoomMessages.Missed(message, mentions.mean(member, known.nick()), closed), transaction);
        }
    }

    /** XEP-0452 §3.2. It is kept for who is not online, and wakes their devices as any message does. */
    private void forward(Jid room, Message message, Jid member, StanzaTransaction transaction) {
        var delay = Element.of(MucXml.DELAY, "delay").with("stamp", Instant.now());
        var mentions = Element.of(Namespaces.MENTION, "mentions")
                .with(Element.of(Namespaces.FORWARD, "forwarded").with(delay, message.withTo(room).toElement()));
        out.send(new Message(Message.Type.NORMAL, room, member, RandomIds.next(), "",
                Payload.of(mentions, Element.of(KeepPolicy.HINTS, "store"))), transaction);
    }
}
