package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError;
import java.util.LinkedHashSet;
import java.util.List;

/** Requests of one direction that have had no answer yet, the latest of them. Any thread; guarded by itself. */
final class PendingRequests {
    private static final int MOST = 2000;
    private static final int LONGEST_ID = 200;

    private record Request(Jid asker, Jid asked, String id) {}

    private final LinkedHashSet<Request> requests = new LinkedHashSet<>();

    synchronized void add(Iq.Request iq) {
        if (iq.id().length() > LONGEST_ID) return; // whoever asks so may wait
        if (requests.size() >= MOST) requests.removeFirst();
        requests.add(new Request(iq.from(), iq.to(), iq.id()));
    }

    /** An answer goes its way. @return whether it is one to a request that is known */
    synchronized boolean answered(Iq.Response iq) {
        return requests.remove(new Request(iq.to(), iq.from(), iq.id()));
    }

    /** Errors for all of them, which count as answered now. */
    synchronized List<Iq.Error> giveUp(StanzaError error) {
        var all = requests.stream().map(r -> new Iq.Error(r.asked, r.asker, r.id, "", Payload.of(error.toElement())))
                .toList();
        requests.clear();
        return all;
    }
}
