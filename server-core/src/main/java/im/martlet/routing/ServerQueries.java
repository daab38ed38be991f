package im.martlet.routing;

import im.martlet.address.Jid;
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

/** What a host asks others for itself, and their answers. Any thread. */
@Singleton
public final class ServerQueries {
    private static final int MOST = 5_000; // under way; more are not asked
    private static final int PATIENCE = 30; // seconds

    private record Asked(Jid whom, CompletableFuture<Iq.Response> answer) {}

    private final ConcurrentHashMap<String, Asked> open = new ConcurrentHashMap<>();
    private final Router router;

    @Inject ServerQueries(Router router) { this.router = router; }

    /**
     * Asks somebody.
     *
     * @param host who asks
     * @return the answer, on whatever thread it comes, which must not be blocked; fails when there is none in time
     */
    public CompletableFuture<Iq.Response> ask(Jid host, Jid whom, Element question) {
        return ask(whom, id -> new Iq.Get(host, whom, id, "", Payload.of(question)));
    }

    /** Asks somebody to do something, see {@link #ask}. */
    public CompletableFuture<Iq.Response> demand(Jid host, Jid whom, Element what) {
        return ask(whom, id -> Iq.Set.of(host, whom, id, what));
    }

    private CompletableFuture<Iq.Response> ask(Jid whom, Function<String, Iq.Request> question) {
        var answer = new CompletableFuture<Iq.Response>();
        if (open.size() >= MOST) answer.completeExceptionally(new IllegalStateException("too many questions are open"));
        else {
            String id = RandomIds.next(); // which nobody else can know
            open.put(id, new Asked(whom, answer));
            answer.orTimeout(PATIENCE, TimeUnit.SECONDS).whenComplete((_, _) -> open.remove(id));
            router.route(question.apply(id));
        }
        return answer;
    }

    /** Somebody has answered a host; what nobody has asked is left aside. */
    void answered(Iq.Response response) {
        var asked = open.get(response.id());
        if (asked != null && asked.whom.equals(response.from())) asked.answer.complete(response);
    }
}
