package im.martlet.federation;

import im.martlet.config.Hosts;
import im.martlet.config.Settings;
import im.martlet.net.Transport;
import im.martlet.routing.RemoteRoutes;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All that is outside: other servers. Any thread. */
@Singleton
public final class Federation implements RemoteRoutes {
    private static final int MANY = 10_000; // pairs of domains, most of which nobody reaches
    private static final long FORGET_EVERY = 1_000_000_000; // nanoseconds: to look at all of them takes a while
    private static final int MOST_REACHED = 256; // servers at once: anybody here may write to as many as he can think of
    private static final int MOST_QUEUED = 4096; // that wait for that

    private static final String TOO_MANY = "too many other servers are being reached";

    private final ConcurrentHashMap<DomainPair, OutboundRoute> routes = new ConcurrentHashMap<>();
    private final ServerStreams kind;
    private final Dialer dialer;
    private final RemoteMessageWriter keeper;
    private final Hosts hosts;
    private final Provider<Router> router; // which sends what is for others here
    private final Semaphore places = new Semaphore(MOST_REACHED, true);
    private final AtomicLong forgottenAt = new AtomicLong(System.nanoTime());

    @Inject Federation(ServerStreams kind, Dialer dialer, RemoteMessageWriter keeper, Hosts hosts,
            Provider<Router> router) {
        this.keeper = keeper;
        this.kind = kind;
        this.dialer = dialer;
        this.hosts = hosts;
        this.router = router;
    }

    @Override public void send(Stanza stanza, StanzaTransaction transaction) {
        var pair = new DomainPair(stanza.from().domain(), Objects.requireNonNull(stanza.to()).domain());
        var refusal = kind.policy().refusal(pair.local(), pair.remote());
        if (refusal.isEmpty()) tell(pair, route -> route.tell(stanza, transaction));
        else stanza.error(Condition.NOT_ALLOWED.because(refusal.get()))
                .ifPresent(error -> router.get().route(error, transaction));
    }

    private void tell(DomainPair pair, Consumer<OutboundRoute> work) {
        // telling inside compute() keeps a route from being forgotten with work in its mailbox
        routes.compute(pair, (_, known) -> {
            var route = known != null ? known
                    : new OutboundRoute(pair, kind.current(), new Backlog(pair, keeper, () -> patience(pair)),
                            this::dial,
                            (stanza, error) -> stanza.error(error).ifPresent(router.get()::route), () -> letGo(pair));
            work.accept(route);
            return route;
        });
        if (routes.size() > MANY) forgetSome(System.nanoTime());
    }

    /** Why two domains do not talk to each other; empty when they may. */
    Optional<String> refusal(DomainPair pair) {
        return kind.policy().refusal(pair.local(), pair.remote());
    }

    private Duration patience(DomainPair pair) {
        return kind.policy().host(pair.local()).map(Settings.Host::outage).orElse(Duration.ZERO);
    }

    /** Goes on with what waited when the server stopped, or was killed. */
    public void start() {
        keeper.start();
        for (var waiting : keeper.messages().waiting())
            tell(new DomainPair(waiting.local(), waiting.remote()), route -> route.resume(waiting.count()));
    }

    private ConnectionOutcome dial(OutboundRoute route) {
        var refusal = kind.policy().refusal(route.pair().local(), route.pair().remote());
        if (refusal.isPresent()) return ConnectionOutcome.failed(refusal.get());
        if (!kind.inbound().isLocal(route.pair().local())) { // nobody here speaks for others, whatever an extension thinks
            OpenServerStreams.LOG.error("bug: {} would be spoken for", route.pair().local());
            return ConnectionOutcome.failed("this server is not " + route.pair().local());
        }
        if (places.getQueueLength() >= MOST_QUEUED) return ConnectionOutcome.failed(TOO_MANY);
        try {
            if (!places.tryAcquire(kind.settings().timeout().toNanos(), TimeUnit.NANOSECONDS))
                return ConnectionOutcome.failed(TOO_MANY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ConnectionOutcome.failed("the server stops");
        }
        try {
            return dialer.open(route.pair(), new OutgoingStream.Purpose.Stanzas(), _ -> {});
        } finally {
            places.release();
        }
    }

    /** A peer has answered whether it is there. */
    void alive(DomainPair pair) {
        if (routes.get(pair) instanceof OutboundRoute route) route.alive();
    }

    private void letGo(DomainPair pair) { routes.computeIfPresent(pair, (_, route) -> route.isIdle() ? null : route); }

    /** Domains that could not be reached are remembered until they may be tried again. */
    private void forgetSome(long now) {
        long before = forgottenAt.get();
        if (now - before > FORGET_EVERY && forgottenAt.compareAndSet(before, now)) routes.keySet().forEach(this::letGo);
    }

    /** Takes a connection of another server. @param whenVerified told once, when it is known whose it is */
    public void open(Transport transport, Runnable whenVerified) {
        var stream = new IncomingStream(transport, kind, hosts.names().iterator().next(),
                (s, pair) -> tell(pair, route -> route.offer(s)), whenVerified);
        kind.open().add(stream);
        transport.handler(stream.wire);
    }

    /** Ends what goes on with domains that are not talked to any longer. */
    public void reloaded() {
        kind.open().all().filter(
                s -> s.isEstablished() && kind.policy().refusal(s.pair().local(), s.pair().remote()).isPresent())
                .forEach(s -> s.end(im.martlet.stanza.StreamError.Condition.POLICY_VIOLATION
                        .because("this domain is not talked to any longer")));
        routes.values().forEach(route -> kind.policy().refusal(route.pair().local(), route.pair().remote())
                .ifPresent(why -> route.giveUp(Condition.NOT_ALLOWED.because(why))));
    }

    @Override public Stream<Neighbour> neighbours() {
        return kind.open().all().filter(ServerStream::isEstablished).flatMap(Federation::neighbours);
    }

    private static Stream<Neighbour> neighbours(ServerStream stream) {
        return switch (stream) {
            case OutgoingStream out ->
                    Stream.of(new Neighbour(out.pair().local(), out.pair().remote(), out.bidi, true));
            case IncomingStream in ->
                    in.domains().stream().map(domain -> new Neighbour(in.pair().local(), domain, true, in.bidi));
        };
    }

    @Override public void whenStreamEnds(Consumer<String> listener) {
        kind.open().whenGone(stream -> {
            if (!stream.how.isEmpty()) neighbours(stream).map(Neighbour::remote).distinct().forEach(listener);
        });
    }

    Stream<OutboundRoute> routes() { return routes.values().stream(); }

    /** Says goodbye to everybody; what still waits is answered. */
    public void shutDown(Duration patience) throws InterruptedException {
        routes.values().forEach(OutboundRoute::stop);
        kind.open().shutDown(patience);
    }
}
