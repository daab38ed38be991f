package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards IQs between occupants, and hides their real addresses (XEP-0045 §17.4). Handles errors that come back from
 * occupants.
 */
final class IqForwarder {
    private static final Logger LOG = LoggerFactory.getLogger(IqForwarder.class);
    /** Requests with these namespaces go to the account, and not to a device. */
    private static final Set<String> ACCOUNT_NAMESPACES =
            Set.of(Namespaces.VCARD_TEMP, Namespaces.PUBSUB, Namespaces.VCARD4);

    private final RoomBroadcast broadcast;
    private final UnreachableDevices unreachableDevices;
    private final PrivateMessages privateMessages;

    @Inject IqForwarder(RoomBroadcast broadcast, UnreachableDevices unreachableDevices,
            PrivateMessages privateMessages) {
        this.broadcast = broadcast;
        this.unreachableDevices = unreachableDevices;
        this.privateMessages = privateMessages;
    }

    /** Forwards a request to an occupant. An occupant's ping of itself is answered here (XEP-0410 §3.3). */
    void forward(Optional<LiveRoom> found, Iq.Request request, StanzaTransaction transaction) {
        var asker = found.flatMap(live -> live.room().withDevice(request.from()))
                .orElseThrow(() -> notInRoom(request));
        var live = found.orElseThrow();
        var target = live.room().occupant(request.to().resource()).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("no occupant has this nickname")));
        if (target == asker && request.element().is(Namespaces.PING, "ping"))
            broadcast.send(request.result(), transaction);
        else forward(live, asker, target, request, transaction);
    }

    /** Returns the error for a stranger: of XEP-0410 §3.2 for a ping, XEP-0045 §6.6 for disco, and §17.4 otherwise. */
    private static StanzaException notInRoom(Iq.Request request) {
        return new StanzaException((request.element().namespace().equals(MucXml.DISCO_INFO)
                || request.element().namespace().equals(MucXml.DISCO_ITEMS)
                        ? Condition.BAD_REQUEST : Condition.NOT_ACCEPTABLE)
                .because("you are not in the room"));
    }

    private void forward(LiveRoom live, Occupant asker, Occupant target, Iq.Request request,
            StanzaTransaction transaction) {
        var to = ACCOUNT_NAMESPACES.contains(request.element().namespace()) ? target.user() : target.shown().from();
        String id = live.pendingRelays()
                .addRequest(new PendingRelays.Request(request.from(), request.id(), target.address(), to));
        broadcast.send(switch (request) {
            case Iq.Get get -> new Iq.Get(asker.address(), to, id, get.lang(), get.payload());
            case Iq.Set set -> new Iq.Set(asker.address(), to, id, set.lang(), set.payload());
        }, transaction);
    }

    /** Forwards a response to the occupant that sent the request. */
    void forwardResponse(LiveRoom live, Iq.Response response, StanzaTransaction transaction) {
        var request = live.pendingRelays().takeRequest(response.id(), response.from());
        boolean gone = response.isError() && unreachableDevices.handleError(live, response, transaction);
        if (request.isPresent()) broadcast.send(response(request.get(), response, gone), transaction);
        else if (!gone)
            Decision.DROPPED.log(LOG, "the response belongs to no open request of an occupant", live.address(),
                    response);
    }

    private static Iq.Response response(PendingRelays.Request request, Iq.Response response, boolean gone) {
        return switch (response) {
            case Iq.Result result ->
                    new Iq.Result(request.target(), request.asker(), request.id(), result.lang(), result.payload());
            case Iq.Error _ when gone -> new Iq.Error(request.target(), request.asker(), request.id(), "",
                    Payload.of(Condition.RECIPIENT_UNAVAILABLE.plain().toElement()));
            case Iq.Error error ->
                    new Iq.Error(request.target(), request.asker(), request.id(), error.lang(), error.payload());
        };
    }

    /**
     * Handles an error message: an answer to a private message, or a sign that a device is gone. An occupant that
     * blocks the sender of a private message stays in the room.
     */
    void handleError(LiveRoom live, Message error, StanzaTransaction transaction) {
        if (live.pendingRelays().takePrivateMessage(error.from(), error.id()))
            privateMessages.forwardError(live, error, transaction);
        else if (!unreachableDevices.handleError(live, error, transaction))
            Decision.DROPPED.log(LOG, "the error does not mean that an occupant's device is gone",
                    live.address(), error);
    }
}
