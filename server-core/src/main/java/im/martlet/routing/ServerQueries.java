package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests of a host of this server to other addresses, and their answers. Any thread. */
@Singleton
public final class ServerQueries {
    private static final Logger LOG = LoggerFactory.getLogger(ServerQueries.class);
    private static final int MOST = 5_000; // open requests; further requests fail
    private static final int PATIENCE = 30; // seconds

    private record OpenRequest(Jid recipient, CompletableFuture<Iq.Response> answer) {}

    private final ConcurrentHashMap<String, OpenRequest> open = new ConcurrentHashMap<>();
    private final Router router;

    @Inject ServerQueries(Router router) { this.router = router; }

    /**
     * Sends a request of type get.
     *
     * @param host host that asks
     * @return the answer, completed on any thread, which must not be blocked; fails after 30 seconds without an answer
     */
    public CompletableFuture<Iq.Response> ask(Jid host, Jid recipient, Element question) {
        return ask(recipient, id -> new Iq.Get(host, recipient, id, "", Payload.of(question)));
    }

    /** Sends a request of type set, see {@link #ask}. */
    public CompletableFuture<Iq.Response> demand(Jid host, Jid recipient, Element change) {
        return ask(recipient, id -> Iq.Set.of(host, recipient, id, change));
    }

    private CompletableFuture<Iq.Response> ask(Jid recipient, Function<String, Iq.Request> question) {
        var answer = new CompletableFuture<Iq.Response>();
        if (open.size() >= MOST)
            answer.completeExceptionally(new IllegalStateException("this server has too many open requests"));
        else {
            String id = RandomIds.next(); // no other address can guess it
            open.put(id, new OpenRequest(recipient, answer));
            answer.orTimeout(PATIENCE, TimeUnit.SECONDS).whenComplete((_, _) -> open.remove(id));
            router.route(question.apply(id));
        }
        return answer;
    }

    /** Takes an answer to a host. An answer without its request is dropped. */
    void answered(Iq.Response response) {
        var query = open.get(response.id());
        if (query != null && query.recipient.equals(response.from())) query.answer.complete(response);
        else Decision.DROPPED.log(LOG, "no request of the host waits for this answer", null, response);
    }
}
