package im.martlet.federation;

import im.martlet.net.Transport;
import im.martlet.routing.Hosts;
import im.martlet.routing.Outside;
import im.martlet.routing.Router;
import im.martlet.session.Cause;
import im.martlet.stanza.Stanza;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All that is outside: other servers. Any thread. */
@Singleton
public final class Federation implements Outside {
    private static final int MANY = 10_000; // pairs of domains, most of which nobody reaches

    private final ConcurrentHashMap<Pair, Route> routes = new ConcurrentHashMap<>();
    private final ServerStreams kind;
    private final Dialer dialer;
    private final Hosts hosts;
    private final Provider<Router> router; // which sends what is for others here

    @Inject Federation(ServerStreams kind, Dialer dialer, Hosts hosts, Provider<Router> router) {
        this.kind = kind;
        this.dialer = dialer;
        this.hosts = hosts;
        this.router = router;
    }

    @Override public void send(Stanza stanza, Cause cause) {
        tell(new Pair(stanza.from().domain(), Objects.requireNonNull(stanza.to()).domain()), route -> route.tell(stanza, cause));
    }

    private void tell(Pair pair, Consumer<Route> work) {
        // telling inside compute() keeps a route from being forgotten with work in its mailbox
        routes.compute(pair, (_, known) -> {
            var route = known != null ? known : new Route(pair, kind.settings(), r -> dialer.open(r.pair(), new OutgoingStream.Purpose.Stanzas(), _ -> {}),
                    (stanza, error) -> stanza.error(error).ifPresent(router.get()::route), () -> letGo(pair));
            work.accept(route);
            return route;
        });
        if (routes.size() > MANY) forgetSome();
    }

    private void letGo(Pair pair) { routes.computeIfPresent(pair, (_, route) -> route.isIdle() ? null : route); }

    /** Domains that could not be reached are remembered until they may be tried again. */
    private void forgetSome() { routes.keySet().forEach(this::letGo); }

    /** Takes a connection of another server. @param whenVerified told once, when it is known whose it is */
    public void open(Transport transport, Runnable whenVerified) {
        var stream = new IncomingStream(transport, kind, hosts.names().iterator().next(), (s, pair) -> tell(pair, route -> route.offer(s)), whenVerified);
        kind.open().add(stream);
        transport.handler(stream.wire);
    }

    Stream<Route> routes() { return routes.values().stream(); }

    /** Says goodbye to everybody; what still waits is answered. */
    public void shutDown(Duration patience) throws InterruptedException {
        routes.values().forEach(Route::giveUp);
        kind.open().shutDown(patience);
    }
}
