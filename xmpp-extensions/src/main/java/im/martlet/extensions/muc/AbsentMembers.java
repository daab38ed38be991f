package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.push.MissedRoomMessages;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Urgency;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies members that are not in the room of its messages. It wakes the devices of accounts of this server, and
 * forwards mentions to members if the room is configured so (XEP-0452).
 */
final class AbsentMembers {
    private static final Logger LOG = LoggerFactory.getLogger(AbsentMembers.class);

    private final MissedRoomMessages missedMessages;
    private final Hosts hosts;
    private final RoomBroadcast broadcast;

    @Inject AbsentMembers(MissedRoomMessages missedMessages, Hosts hosts, RoomBroadcast broadcast) {
        this.missedMessages = missedMessages;
        this.hosts = hosts;
        this.broadcast = broadcast;
    }

    /** Notifies all absent members of a message. @param message the message as occupants received it */
    void notify(LiveRoom live, Message message, StanzaTransaction transaction) {
        var room = live.room();
        if (room.absentMembers().isEmpty()) return;
        if (Urgency.of(message) == Urgency.NONE) {
            Decision.NOT_PUSHED.log(LOG, "the message has no content that is worth a notification", room.address(),
                    message);
            return;
        }
        var mentions = Mentions.in(message);
        boolean forwards = room.config().is(RoomOption.FORWARD_MENTIONS);
        boolean closed = room.config().is(RoomOption.MEMBERS_ONLY);
        for (Jid member : room.absentMembers()) {
            String nick = room.affiliate(member).nick();
            if (forwards && mentions.refersTo(member, nick)) forward(room.address(), message, member, transaction);
            else if (hosts.isLocal(member.domain())) missedMessages.missed(member,
                    new MissedRoomMessages.Missed(message, mentions.includes(member, nick), closed), transaction);
            else Decision.NOT_PUSHED.log(LOG, "the absent member has an account on another server", member, message);
        }
    }

    /** Forwards a mention (XEP-0452 §3.2). The hint keeps it for an offline member, and it wakes devices as usual. */
    private void forward(Jid room, Message message, Jid member, StanzaTransaction transaction) {
        var delay = Element.of(MucXml.DELAY, "delay").with("stamp", Instant.now());
        var mentions = Element.of(Namespaces.MENTION, "mentions")
                .with(Element.of(Namespaces.FORWARD, "forwarded").with(delay, message.withTo(room).toElement()));
        broadcast.send(new Message(Message.Type.NORMAL, room, member, RandomIds.next(), "",
                Payload.of(mentions, Element.of(KeepPolicy.HINTS, "store"))), transaction);
    }
}
