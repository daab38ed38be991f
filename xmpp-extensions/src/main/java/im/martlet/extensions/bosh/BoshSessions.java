package im.martlet.extensions.bosh;

import im.martlet.config.Hosts;
import im.martlet.http.Request;
import im.martlet.net.AddressLimits;
import im.martlet.stanza.RandomIds;
import im.martlet.stream.ClientStreams;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The open BOSH sessions by their unguessable ids, and the clock that ends sessions of clients that went away. Any
 * thread.
 */
@Singleton
final class BoshSessions {
    /** The result of a request for a session. */
    sealed interface CreationResult {
        /** The session has begun. */
        record Begun(BoshSession session) implements CreationResult {}

        /**
         * There is no session.
         *
         * @param condition a condition of XEP-0124 §17.2
         */
        record Refused(String condition) implements CreationResult {}
    }

    private static final int MAJOR = 1;
    private static final int MINOR = 11;
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final int MOST_HELD = 2; // requests of one session
    private static final int LOOK_EVERY_MILLIS = 250;

    private final Map<String, BoshSession> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("bosh-clock").daemon().factory());
    private final Provider<ClientStreams> streams;
    private final Hosts hosts;
    private final AddressLimits addressLimits;
    private final Supplier<BoshSettings> settings;

    @Inject BoshSessions(Provider<ClientStreams> streams, Hosts hosts, AddressLimits addressLimits,
            Supplier<BoshSettings> settings) {
        this.streams = streams;
        this.hosts = hosts;
        this.addressLimits = addressLimits;
        this.settings = settings;
    }

    Optional<BoshSession> of(String sid) { return Optional.ofNullable(open.get(sid)); }

    void start() {
        clock.scheduleWithFixedDelay(() -> expireSessions(System.nanoTime()), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    void stop() { clock.shutdownNow(); }

    private void expireSessions(long now) {
        open.forEach((sid, session) -> {
            if (!session.isExpired(now)) return;
            session.expire();
            open.remove(sid);
        });
    }

    /** Begins a session (XEP-0124 §7). The caller then passes the first request to it. */
    CreationResult begin(Request request, BodyElement asked) throws InterruptedException {
        var to = asked.attribute("to");
        if (to.isEmpty()) return new CreationResult.Refused("improper-addressing");
        if (!hosts.names().contains(to.get())) return new CreationResult.Refused("host-unknown");
        var place = addressLimits.enter(request.remote().getAddress());
        // too many unauthenticated streams from this address
        if (place.isEmpty()) return new CreationResult.Refused("policy-violation");
        var now = settings.get();
        var terms = terms(asked, now);
        var sid = RandomIds.next();
        var replies =
                new BoshReplies(asked.rid(), greeting(sid, to.get(), asked, terms), terms.hold(), terms.requests());
        var stream = new BoshStream(replies, request, place.get()::leave);
        var session = new BoshSession(terms, stream, replies, new KeySequence(Optional.empty()), asked.rid() - 1);
        open.put(sid, session);
        streams.get().open(stream, stream::framing, () -> {
            place.get().leave();
            session.loggedIn();
        });
        stream.secured(request);
        stream.open(asked);
        return new CreationResult.Begun(session);
    }

    private static BoshSession.Terms terms(BodyElement asked, BoshSettings settings) {
        var wait = Duration.ofSeconds(Math.min(asked.number("wait").orElse(settings.longestWait().toSeconds()),
                settings.longestWait().toSeconds()));
        int hold = (int) Math.min(asked.number("hold").orElse(1), MOST_HELD);
        boolean polling = hold == 0 || wait.isZero();
        var inactivity = polling ? settings.inactivity().plus(settings.polling()) : settings.inactivity(); // §12
        return new BoshSession.Terms(hold, wait, inactivity, settings.pause(), settings.polling(),
                asked.attribute("ver").isEmpty());
    }

    /** Returns our version, or the client's if it is lower (§7.2). Major and minor are separate numbers (§7.1). */
    private static String version(Optional<String> client) {
        var version = client.map(VERSION::matcher).filter(Matcher::matches);
        boolean lower = version.filter(v -> Integer.parseInt(v.group(1)) < MAJOR
                || Integer.parseInt(v.group(1)) == MAJOR && Integer.parseInt(v.group(2)) < MINOR).isPresent();
        return lower ? version.get().group() : MAJOR + "." + MINOR;
    }

    private static Map<String, String> greeting(String sid, String from, BodyElement asked, BoshSession.Terms terms) {
        var greeting = new LinkedHashMap<String, String>();
        greeting.put("sid", sid);
        greeting.put("wait", String.valueOf(terms.longestWait().toSeconds()));
        greeting.put("requests", String.valueOf(terms.requests()));
        greeting.put("hold", String.valueOf(terms.hold()));
        greeting.put("inactivity", String.valueOf(terms.inactivity().toSeconds()));
        greeting.put("polling", String.valueOf(terms.polling().toSeconds()));
        greeting.put("maxpause", String.valueOf(terms.pause().toSeconds()));
        greeting.put("ver", version(asked.attribute("ver")));
        greeting.put("from", from);
        greeting.put("ack", String.valueOf(asked.rid()));
        greeting.put("authid", RandomIds.next());
        greeting.put("xmpp:version", "1.0");
        greeting.put("xmpp:restartlogic", "true");
        return greeting;
    }
}
