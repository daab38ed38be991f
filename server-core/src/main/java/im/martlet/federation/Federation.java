package im.martlet.federation;

import im.martlet.config.Hosts;
import im.martlet.config.Settings;
import im.martlet.net.Transport;
import im.martlet.routing.ErrorReplies;
import im.martlet.routing.RemoteRoutes;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StreamError;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entrance to remote servers: finds the route for each stanza, and accepts streams. Any thread. */
@Singleton
public final class Federation implements RemoteRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(Federation.class);
    private static final int MANY = 10_000; // routes; if there are more, idle ones are forgotten
    private static final long FORGET_EVERY = 1_000_000_000; // nanoseconds: to look at all routes takes a while

    private final ConcurrentHashMap<DomainPair, OutboundRoute> routes = new ConcurrentHashMap<>();
    private final ServerStreams shared;
    private final StreamBuilder builder;
    private final RemoteMessageWriter writer;
    private final Hosts hosts;
    private final Provider<Router> router; // a provider, because the router needs this class
    private final AtomicLong forgottenAt = new AtomicLong(System.nanoTime());

    @Inject Federation(ServerStreams shared, StreamBuilder builder, RemoteMessageWriter writer, Hosts hosts,
            Provider<Router> router) {
        this.writer = writer;
        this.shared = shared;
        this.builder = builder;
        this.hosts = hosts;
        this.router = router;
    }

    @Override public void send(Stanza stanza, StanzaTransaction transaction) {
        var pair = new DomainPair(stanza.from().domain(), Objects.requireNonNull(stanza.to()).domain());
        var refusal = shared.policy().refusal(pair.local(), pair.remote());
        if (refusal.isEmpty()) tell(pair, route -> route.tell(stanza, transaction));
        else ErrorReplies.refuse(LOG, stanza, Condition.NOT_ALLOWED.because(refusal.get()), stanza.from().bare(),
                error -> router.get().route(error, transaction));
    }

    private void tell(DomainPair pair, Consumer<OutboundRoute> work) {
        // told inside compute(), so that no route is forgotten while its mailbox has work
        routes.compute(pair, (_, existing) -> {
            var route = existing != null ? existing : newRoute(pair);
            work.accept(route);
            return route;
        });
        if (routes.size() > MANY) forgetSome(System.nanoTime());
    }

    private OutboundRoute newRoute(DomainPair pair) {
        return new OutboundRoute(pair, shared.current(), new Backlog(pair, writer, () -> patience(pair)), builder,
                error -> router.get().route(error), () -> forgetIfIdle(pair));
    }

    /** Returns the reason if two domains may not talk to each other. */
    Optional<String> refusal(DomainPair pair) {
        return shared.policy().refusal(pair.local(), pair.remote());
    }

    private Duration patience(DomainPair pair) {
        return shared.policy().host(pair.local()).map(Settings.Host::outage).orElse(Duration.ZERO);
    }

    /** Goes on with the messages that waited when the server stopped or was killed. */
    public void start() {
        writer.start();
        for (var waiting : writer.messages().waiting())
            tell(new DomainPair(waiting.local(), waiting.remote()), route -> route.resume(waiting.count()));
    }

    /** Notes that a remote server has answered a ping. */
    void alive(DomainPair pair) {
        if (routes.get(pair) instanceof OutboundRoute route) route.alive();
    }

    private void forgetIfIdle(DomainPair pair) {
        routes.computeIfPresent(pair, (_, route) -> route.isIdle() ? null : route);
    }

    /** Forgets idle routes. A route to a domain that could not be reached is idle when its pause is over. */
    private void forgetSome(long now) {
        long before = forgottenAt.get();
        if (now - before > FORGET_EVERY && forgottenAt.compareAndSet(before, now))
            routes.keySet().forEach(this::forgetIfIdle);
    }

    /** Accepts a connection. @param whenVerified called once, when the remote server is verified for a domain */
    public void open(Transport transport, Runnable whenVerified) {
        var stream = new IncomingStream(transport, shared, hosts.names().iterator().next(),
                (s, pair) -> tell(pair, route -> route.offer(s)), whenVerified);
        shared.open().add(stream);
        transport.handler(stream.connection);
    }

    /** Ends the streams and refuses the waiting stanzas of domains that the new settings do not allow. */
    public void reloaded() {
        shared.open().all().filter(
                s -> s.isEstablished() && shared.policy().refusal(s.pair().local(), s.pair().remote()).isPresent())
                .forEach(s -> s.end(StreamError.Condition.POLICY_VIOLATION
                        .because("this server does not talk to your domain any more")));
        routes.values().forEach(route -> shared.policy().refusal(route.pair().local(), route.pair().remote())
                .ifPresent(reason -> route.giveUp(Condition.NOT_ALLOWED.because(reason))));
    }

    @Override public Stream<Neighbour> neighbours() {
        return shared.open().all().filter(ServerStream::isEstablished).flatMap(Federation::neighbours);
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
        shared.open().whenGone(stream -> {
            if (!stream.verifiedBy.isEmpty()) neighbours(stream).map(Neighbour::remote).distinct().forEach(listener);
        });
    }

    Stream<OutboundRoute> routes() { return routes.values().stream(); }

    /** Refuses all waiting stanzas and ends all streams. @param patience longest time to wait for the streams */
    public void shutDown(Duration patience) throws InterruptedException {
        routes.values().forEach(OutboundRoute::stop);
        shared.open().shutDown(patience);
    }
}
