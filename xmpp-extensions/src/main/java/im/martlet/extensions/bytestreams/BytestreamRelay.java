package im.martlet.extensions.bytestreams;

import im.martlet.address.Jid;
import im.martlet.net.AddressLimits;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the connections that wait for a stream, and the streams. The relay carries bytes only after the requester
 * activated the stream over XMPP. When two connections wait for one hash, it accepts no third. Guarded by itself; never
 * blocks under its lock.
 */
@Singleton
final class BytestreamRelay {
    private static final Logger LOG = LoggerFactory.getLogger(BytestreamRelay.class);
    private static final long TICK = 500; // milliseconds

    private final Supplier<ProxySettings> settings;
    private final Set<Socks5Connection> pending = new HashSet<>(); // connections without a stream yet
    private final Map<String, List<Socks5Connection>> waiting = new HashMap<>(); // connections, by hash of the stream
    private final Map<String, Bytestream> streams = new HashMap<>(); // by hash
    private final Map<Jid, BandwidthLimit> limits = new HashMap<>(); // of accounts that have streams
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("bytestreams-clock").factory());
    private boolean closed;

    @Inject BytestreamRelay(Supplier<ProxySettings> settings) { this.settings = settings; }

    void start() { clock.scheduleWithFixedDelay(this::tick, TICK, TICK, TimeUnit.MILLISECONDS); }

    /** Serves a connection until it ends, on its thread. */
    void serve(Socket socket, AddressLimits.Place place) {
        var connection = new Socks5Connection(socket, place);
        if (!enter(connection)) return;
        String hash = "";
        try {
            var socks = new Socks5(socket.getInputStream(), socket.getOutputStream());
            hash = socks.readRequest();
            if (!await(hash, connection)) {
                socks.answer(Socks5.Reply.REFUSED);
                return;
            }
            socks.answer(Socks5.Reply.SUCCEEDED);
            connection.run();
        } catch (IOException e) {
            LOG.debug("the connection of {} for '{}' ends: {}", socket.getRemoteSocketAddress(), hash, e.getMessage());
        } finally {
            leave(hash, connection);
        }
    }

    private synchronized boolean enter(Socks5Connection connection) {
        return !closed && pending.size() < settings.get().waiting() && pending.add(connection);
    }

    /** Adds a connection to those that wait for a hash. Returns false if two wait already, or the stream has begun. */
    private synchronized boolean await(String hash, Socks5Connection connection) {
        var ends = waiting.get(hash);
        if (closed || streams.containsKey(hash) || ends != null && ends.size() == 2) return false;
        waiting.computeIfAbsent(hash, _ -> new ArrayList<>(2)).add(connection);
        connection.waits();
        return true;
    }

    private synchronized void leave(String hash, Socks5Connection connection) {
        pending.remove(connection);
        waiting.computeIfPresent(hash, (_, ends) -> {
            ends.remove(connection);
            return ends.isEmpty() ? null : ends;
        });
        var stream = connection.stream();
        if (stream.isEmpty() || !streams.remove(hash, stream.get())) return; // the other end left first
        stream.get().close();
        limits.computeIfPresent(stream.get().requester().bare(), (_, limit) -> limit.change(-1) == 0 ? null : limit);
    }

    /**
     * Begins a stream (§6.3.5).
     *
     * @throws StanzaException if fewer than two connections wait for it, or if the limit of streams is reached
     */
    synchronized void begin(String hash, Jid requester, Jid target) {
        var now = settings.get();
        if (streams.containsKey(hash))
            throw new StanzaException(Condition.NOT_ALLOWED.because("this stream has begun already"));
        var ends = waiting.getOrDefault(hash, List.of());
        if (ends.isEmpty()) throw new StanzaException(Condition.NOT_AUTHORIZED
                .because("no client has connected for a stream with this id, requester and target"));
        if (ends.size() < 2)
            throw new StanzaException(Condition.NOT_ALLOWED.because("only one of the two clients has connected"));
        if (streams.size() >= now.streams()) throw new StanzaException(
                Condition.RESOURCE_CONSTRAINT.because("the proxy carries too many streams now; try again later"));
        var limit = limits.computeIfAbsent(requester.bare(),
                _ -> new BandwidthLimit(() -> settings.get().rate().bytes(), carried));
        if (limit.streams() >= now.perAccount()) throw new StanzaException(
                Condition.RESOURCE_CONSTRAINT.because("an account may have " + now.perAccount() + " streams at once"));
        limit.change(1);
        begun.incrementAndGet();
        waiting.remove(hash);
        pending.removeAll(ends);
        var stream = new Bytestream(requester, target, ends.getFirst(), ends.getLast(), limit);
        streams.put(hash, stream);
        ends.forEach(connection -> connection.carries(stream));
    }

    private void tick() {
        try {
            var now = settings.get();
            long moment = System.nanoTime();
            overdue(now, moment).forEach(Socks5Connection::close); // the threads of the connections then call leave
            streams().stream().filter(stream -> stream.idle(moment) > now.idle().toNanos()).forEach(Bytestream::close);
        } catch (RuntimeException e) {
            LOG.error("bug: slow connections to the proxy could not be closed this time", e);
        }
    }

    private synchronized List<Socks5Connection> overdue(ProxySettings now, long moment) {
        return pending.stream()
                .filter(c -> c.age(moment)
                        > (c.state() == Socks5Connection.State.REQUESTING ? now.handshake() : now.patience()).toNanos())
                .toList();
    }

    /** Returns the streams at this moment. */
    synchronized List<Bytestream> streams() {
        return List.copyOf(streams.values());
    }

    /** Returns the number of connections without a stream yet. */
    synchronized int waiting() { return pending.size(); }

    /** Returns the bytes carried since the start, in both directions. */
    long carried() { return carried.get(); }

    /** Returns the number of streams begun since the start. */
    long begun() { return begun.get(); }

    /** Ends the streams that an account has begun, and returns their number. */
    int end(Jid account) {
        var ended = streams().stream().filter(stream -> stream.requester().bare().equals(account)).toList();
        ended.forEach(Bytestream::close);
        return ended.size();
    }

    /** Closes all connections and accepts no more. */
    void close() {
        clock.shutdownNow();
        List<Socks5Connection> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(pending);
        }
        all.forEach(Socks5Connection::close);
        streams().forEach(Bytestream::close);
    }
}
