package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError;
import java.util.LinkedHashSet;
import java.util.List;

/** The requests of one direction that have no answer yet; the latest 2000. Any thread; guarded by {@code this}. */
final class PendingRequests {
    private static final int MOST = 2000;
    private static final int LONGEST_ID = 200;

    private record Request(Jid sender, Jid recipient, String id) {}

    private final LinkedHashSet<Request> requests = new LinkedHashSet<>();

    /** Adds a request. */
    synchronized void add(Iq.Request iq) {
        if (iq.id().length() > LONGEST_ID) return; // such a request gets no error if its connection ends
        if (requests.size() >= MOST) requests.removeFirst();
        requests.add(new Request(iq.from(), iq.to(), iq.id()));
    }

    /** Removes the request of an answer. @return whether there was one */
    synchronized boolean answered(Iq.Response iq) {
        return requests.remove(new Request(iq.to(), iq.from(), iq.id()));
    }

    /** Removes all requests and returns an error for each. */
    synchronized List<Iq.Error> giveUp(StanzaError error) {
        var all =
                requests.stream().map(r -> new Iq.Error(r.recipient, r.sender, r.id, "", Payload.of(error.toElement())))
                        .toList();
        requests.clear();
        return all;
    }
}
