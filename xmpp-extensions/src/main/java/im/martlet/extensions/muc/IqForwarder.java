package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/**
 * What occupants ask each other through the room, without learning who they are (XEP-0045 §17.4); and what comes back.
 */
final class IqForwarder {
    /** Of these it is the account that answers, and not a device. */
    private static final Set<String> OF_ACCOUNTS =
            Set.of(Namespaces.VCARD_TEMP, Namespaces.PUBSUB, Namespaces.VCARD4);

    private final RoomBroadcast out;
    private final UnreachableDevices ghosts;
    private final PrivateMessages whispering;

    @Inject IqForwarder(RoomBroadcast out, UnreachableDevices ghosts, PrivateMessages whispering) {
        this.out = out;
        this.ghosts = ghosts;
        this.whispering = whispering;
    }

    void ask(Optional<LiveRoom> found, Iq.Request request, StanzaTransaction transaction) {
        var asker = found.flatMap(live -> live.room().withDevice(request.from())).orElseThrow(() -> stranger(request));
        var live = found.orElseThrow();
        var target = live.room().occupant(request.to().resource()).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("nobody here has this nickname")));
        if (target == asker && request.element().is(Namespaces.PING, "ping")) out.send(request.result(), transaction); // XEP-0410 §3.3
        else forward(live, asker, target, request, transaction);
    }

    /** XEP-0410 §3.2 of a ping, XEP-0045 §6.6 of disco, and §17.4 of the rest. */
    private static StanzaException stranger(Iq.Request request) {
        return new StanzaException((request.element().namespace().equals(MucXml.DISCO_INFO)
                || request.element().namespace().equals(MucXml.DISCO_ITEMS)
                        ? Condition.BAD_REQUEST : Condition.NOT_ACCEPTABLE)
                .because("you are not in the room"));
    }

    private void forward(LiveRoom live, Occupant asker, Occupant target, Iq.Request request,
            StanzaTransaction transaction) {
        var device = OF_ACCOUNTS.contains(request.element().namespace()) ? target.user() : target.shown().from();
        String id =
                live.relayed().ask(new PendingRelays.Question(request.from(), request.id(), target.address(), device));
        out.send(switch (request) {
            case Iq.Get get -> new Iq.Get(asker.address(), device, id, get.lang(), get.payload());
            case Iq.Set set -> new Iq.Set(asker.address(), device, id, set.lang(), set.payload());
        }, transaction);
    }

    void answered(LiveRoom live, Iq.Response response, StanzaTransaction transaction) {
        var question = live.relayed().answered(response.id(), response.from());
        boolean gone = response.isError() && ghosts.failed(live, response, transaction);
        question.ifPresent(q -> {
            Jid from = q.target();
            out.send(switch (response) {
                case Iq.Result result -> new Iq.Result(from, q.asker(), q.id(), result.lang(), result.payload());
                case Iq.Error error -> gone
                        ? new Iq.Error(from, q.asker(), q.id(), "",
                                im.martlet.stanza.Payload.of(Condition.RECIPIENT_UNAVAILABLE.plain().toElement()))
                        : new Iq.Error(from, q.asker(), q.id(), error.lang(), error.payload());
            }, transaction);
        });
    }

    /**
     * A message came back: to who has whispered it, or from a device that is gone. Who blocks a whisperer stays in the
     * room.
     */
    void failed(LiveRoom live, Message error, StanzaTransaction transaction) {
        if (live.relayed().wasWhispered(error.from(), error.id())) whispering.failed(live, error, transaction);
        else ghosts.failed(live, error, transaction);
    }
}
