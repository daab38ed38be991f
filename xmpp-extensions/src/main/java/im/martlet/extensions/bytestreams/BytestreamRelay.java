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
 * Who waits for a stream, and the streams. Nothing is carried before its requester has asked for it over XMPP; a hash
 * that two have come for is closed to others. Guarded by itself; blocks under its lock on nothing.
 */
@Singleton
final class BytestreamRelay {
    private static final Logger LOG = LoggerFactory.getLogger(BytestreamRelay.class);
    private static final long TICK = 500; // milliseconds

    private final Supplier<ProxySettings> settings;
    private final Set<Socks5Connection> early = new HashSet<>(); // that belong to no stream yet
    private final Map<String, List<Socks5Connection>> waiting = new HashMap<>(); // by the hash that they are for
    private final Map<String, Bytestream> streams = new HashMap<>();
    private final Map<Jid, BandwidthLimit> paces = new HashMap<>(); // of accounts that have streams
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("bytestreams-clock").factory());
    private boolean closed;

    @Inject BytestreamRelay(Supplier<ProxySettings> settings) { this.settings = settings; }

    void start() { clock.scheduleWithFixedDelay(this::tick, TICK, TICK, TimeUnit.MILLISECONDS); }

    /** Serves a connection for as long as it lives, on its thread. */
    void serve(Socket socket, AddressLimits.Place place) {
        var connection = new Socks5Connection(socket, place);
        if (!enter(connection)) return;
        String hash = "";
        try {
            var socks = new Socks5(socket.getInputStream(), socket.getOutputStream());
            hash = socks.hear();
            if (!await(hash, connection)) {
                socks.answer(Socks5.Reply.REFUSED);
                return;
            }
            socks.answer(Socks5.Reply.DONE);
            connection.run();
        } catch (IOException e) {
            LOG.debug("the connection of {} for '{}' ends: {}", socket.getRemoteSocketAddress(), hash, e.getMessage());
        } finally {
            leave(hash, connection);
        }
    }

    private synchronized boolean enter(Socks5Connection connection) {
        return !closed && early.size() < settings.get().waiting() && early.add(connection);
    }

    /** @return whether there is a place: two make a stream */
    private synchronized boolean await(String hash, Socks5Connection connection) {
        var those = waiting.get(hash);
        if (closed || streams.containsKey(hash) || those != null && those.size() == 2) return false;
        waiting.computeIfAbsent(hash, _ -> new ArrayList<>(2)).add(connection);
        connection.waits();
        return true;
    }

    private synchronized void leave(String hash, Socks5Connection connection) {
        early.remove(connection);
        waiting.computeIfPresent(hash, (_, those) -> {
            those.remove(connection);
            return those.isEmpty() ? null : those;
        });
        var stream = connection.stream();
        if (stream.isEmpty() || !streams.remove(hash, stream.get())) return; // the other end was first
        stream.get().close();
        paces.computeIfPresent(stream.get().requester().bare(), (_, pace) -> pace.change(-1) == 0 ? null : pace);
    }

    /**
     * Begins a stream (§6.3.5).
     *
     * @throws StanzaException when two have not come for it, or somebody has too many
     */
    synchronized void begin(String hash, Jid requester, Jid target) {
        var now = settings.get();
        if (streams.containsKey(hash))
            throw new StanzaException(Condition.NOT_ALLOWED.because("this stream has begun already"));
        var those = waiting.getOrDefault(hash, List.of());
        if (those.isEmpty()) throw new StanzaException(
                Condition.NOT_AUTHORIZED.because("nobody has connected for a stream of this id, requester and target"));
        if (those.size() < 2)
            throw new StanzaException(Condition.NOT_ALLOWED.because("only one of the two has connected"));
        if (streams.size() >= now.streams())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("too many streams are being carried"));
        var pace = paces.computeIfAbsent(requester.bare(),
                _ -> new BandwidthLimit(() -> settings.get().rate().bytes(), carried));
        if (pace.streams() >= now.perAccount()) throw new StanzaException(
                Condition.RESOURCE_CONSTRAINT.because("an account may have " + now.perAccount() + " streams at once"));
        pace.change(1);
        begun.incrementAndGet();
        waiting.remove(hash);
        early.removeAll(those);
        var stream = new Bytestream(requester, target, those.getFirst(), those.getLast(), pace);
        streams.put(hash, stream);
        those.forEach(connection -> connection.carries(stream));
    }

    private void tick() {
        try {
            var now = settings.get();
            long moment = System.nanoTime();
            late(now, moment).forEach(Socks5Connection::close); // their threads tidy up
            streams().stream().filter(stream -> stream.idle(moment) > now.idle().toNanos()).forEach(Bytestream::close);
        } catch (RuntimeException e) {
            LOG.error("bug: nobody looks after slow connections", e);
        }
    }

    private synchronized List<Socks5Connection> late(ProxySettings now, long moment) {
        return early.stream()
                .filter(c -> c.age(moment)
                        > (c.state() == Socks5Connection.State.ASKING ? now.handshake() : now.patience()).toNanos())
                .toList();
    }

    /** The streams, at this moment. */
    synchronized List<Bytestream> streams() { return List.copyOf(streams.values()); }

    /** Connections that belong to no stream yet. */
    synchronized int waiting() { return early.size(); }

    /** Bytes that were carried since the start, both ways. */
    long carried() { return carried.get(); }

    /** Streams that have begun since the start. */
    long begun() { return begun.get(); }

    /** Ends the streams that an account has begun. @return how many there were */
    int end(Jid account) {
        var those = streams().stream().filter(stream -> stream.requester().bare().equals(account)).toList();
        those.forEach(Bytestream::close);
        return those.size();
    }

    /** Ends everything, and takes nobody any more. */
    void close() {
        clock.shutdownNow();
        List<Socks5Connection> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(early);
        }
        all.forEach(Socks5Connection::close);
        streams().forEach(Bytestream::close);
    }
}
