package im.martlet.extensions.muc;

import im.martlet.session.Cause;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.HashMap;

/** Messages and requests that come to a room, or to somebody in it. On the room's mailbox. */
final class Conversation {
    private final LiveRooms rooms;
    private final Messages messages;
    private final Relaying relaying;
    private final Map<String, RoomQuery> queries = new HashMap<>();

    @Inject Conversation(LiveRooms rooms, Messages messages, Relaying relaying, Set<RoomQuery> queries) {
        this.rooms = rooms;
        this.messages = messages;
        this.relaying = relaying;
        for (RoomQuery query : queries) for (String namespace : query.namespaces())
            if (this.queries.put(namespace, query) != null) throw new IllegalStateException("two answer " + namespace + " in rooms");
    }

    void message(Message m, Cause cause) {
        var found = rooms.find(m.to().bare());
        if (m.isError()) {
            found.ifPresent(live -> relaying.failed(live, m, cause));
            return;
        }
        var live = found.filter(room -> !room.room().isLocked()).orElseThrow(Conversation::noRoom); // §17.2
        messages.receive(live, m, cause);
    }

    private static StanzaException noRoom() { return new StanzaException(Condition.ITEM_NOT_FOUND.because("there is no such room")); }

    void iq(Iq iq, Cause cause) {
        var found = rooms.find(iq.to().bare());
        switch (iq) {
            case Iq.Response response -> found.ifPresent(live -> relaying.answered(live, response, cause));
            case Iq.Request request when request.to().isFull() -> relaying.ask(found, request, cause);
            case Iq.Request request -> {
                var live = found.filter(room -> !room.room().isLocked() || room.room().affiliates().containsKey(request.from().bare())).orElseThrow(Conversation::noRoom);
                var query = queries.get(request.element().namespace());
                if (query == null) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
                query.answer(live, request, cause);
            }
        }
    }
}
