package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Messages and requests that come to a room, or to somebody in it. On the room's mailbox. */
final class RoomStanzas {
    private final LiveRooms rooms;
    private final RoomMessages messages;
    private final IqForwarder relaying;
    private final Map<String, RoomQuery> queries = new HashMap<>();

    @Inject RoomStanzas(LiveRooms rooms, RoomMessages messages, IqForwarder relaying, Set<RoomQuery> queries) {
        this.rooms = rooms;
        this.messages = messages;
        this.relaying = relaying;
        for (RoomQuery query : queries) for (String namespace : query.namespaces())
            if (this.queries.put(namespace, query) != null)
                throw new IllegalStateException("two answer " + namespace + " in rooms");
    }

    void message(Message m, StanzaTransaction transaction) {
        var found = rooms.find(m.to().bare());
        if (m.isError()) {
            found.ifPresent(live -> relaying.failed(live, m, transaction));
            return;
        }
        var live = found.filter(room -> !room.room().isLocked()).orElseThrow(RoomStanzas::noRoom); // §17.2
        messages.receive(live, m, transaction);
    }

    private static StanzaException noRoom() {
        return new StanzaException(Condition.ITEM_NOT_FOUND.because("there is no such room"));
    }

    void iq(Iq iq, StanzaTransaction transaction) {
        var found = rooms.find(iq.to().bare());
        switch (iq) {
            case Iq.Response response -> found.ifPresent(live -> relaying.answered(live, response, transaction));
            case Iq.Request request when request.to().isFull() -> relaying.ask(found, request, transaction);
            case Iq.Request request -> {
                var live = found.filter(
                        room -> !room.room().isLocked() || room.room().affiliates().containsKey(request.from().bare()))
                        .orElseThrow(RoomStanzas::noRoom);
                var query = queries.get(request.element().namespace());
                if (query == null) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
                query.answer(live, request, transaction);
            }
        }
    }
}
