package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.OccupantSanitizer;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;

/** What one occupant says to another (XEP-0045 §7.5). It is in no archive of the room's. */
final class PrivateMessages {
    private final RoomBroadcast out;

    @Inject PrivateMessages(RoomBroadcast out) { this.out = out; }

    void toOne(LiveRoom live, Message said, StanzaTransaction transaction) {
        var room = live.room();
        if (said.type() == Message.Type.GROUPCHAT)
            throw StanzaException.badRequest("what is for everybody is said to the room");
        var sender = room.withDevice(said.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        if (!RolePrivilege.SEND_PRIVATE_MESSAGES.allows(sender.role(), room.config()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        var target = room.occupant(said.to().resource()).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("nobody here has this nickname")));
        var payload = OccupantSanitizer.of(said.payload(), room.address()).with(MucXml.occupantId(sender.id()),
                Element.of(MucXml.USER, "x"));
        var message = new Message(said.type(), sender.address(), said.to(),
                said.id().isEmpty() ? RandomIds.next() : said.id(), said.lang(), payload);
        boolean first = true;
        for (Jid device : target.devices()) { // all of them get it, and the archive of their account keeps it once
            live.relayed().whisper(device, message.id());
            out.send((first ? message : message.with(payload.with(Element.of(KeepPolicy.HINTS, "no-store"))))
                    .withTo(device), transaction);
            first = false;
        }
    }

    /** What one occupant has said came back: they are told, as by the other. */
    void failed(LiveRoom live, Message error, StanzaTransaction transaction) {
        var room = live.room();
        room.withDevice(error.from()).ifPresent(by -> room.occupant(error.to().resource()).ifPresent(author -> {
            for (Jid device : author.devices())
                out.send(new Message(Message.Type.ERROR, by.address(), device, error.id(), "",
                        OccupantSanitizer.of(error.payload(), room.address())), transaction);
        }));
    }
}
