package im.martlet.session;

import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaWriter;
import im.martlet.xml.Namespaces;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to a session. Stanzas that the client has not acknowledged are kept, and so are those that wait:
 * because there is no connection, or because the client does not want them now. On the account's mailbox.
 */
public final class OutboundQueue {
    private static final int MOST_DEFERRED = 1000; // for a client that does not want them now
    private static final int MOST_DEFERRED_BYTES = 128 * 1024;
    private static final int FEW = 5; // stanzas that cost nobody their session, however large they are: as many are read of what waits in one go
    private static final int MOST_KEPT = 20_000; // stanzas or places in the log
    private static final int ON_THEIR_WAY = 4; // times the usual bound: who enters a room is told of everybody at once, and cannot acknowledge that any sooner than it has come

    private final AccountLog log;
    private @Nullable StreamManagementTerms management;
    private final AckWindow<UnackedStanza> unacknowledged = new AckWindow<>();
    private final LinkedHashMap<Object, UnackedStanza> waiting = new LinkedHashMap<>(0); // by topic
    private @Nullable Function<Stanza, Optional<Object>> deferrable; // the topics of what the client does not want now
    private int sinceRequest;
    private long bytesSinceRequest;
    private long bytes; // held by both
    private long enough; // bytes at which there is something to be reduced again
    private volatile boolean unasked; // something was sent, and no acknowledgement asked for since
    private boolean overflown;
    private @Nullable ArrayDeque<Runnable> whenRoomy; // few sessions have one

    OutboundQueue(AccountLog log) { this.log = log; }

    void manage(StreamManagementTerms agreed) { management = agreed; }

    @Nullable StreamManagementTerms management() { return management; }

    /** Sends a stanza, or keeps it. @param link null when there is no connection */
    void send(Stanza stanza, @Nullable Link link) {
        if (link == null) keepDetached(stanza);
        else if (deferrable == null) transmit(stanza, link, true);
        else deferrable.apply(stanza).filter(_ -> mayWait(stanza)).ifPresentOrElse(topic -> keep(stanza, topic), () -> {
            flush(link); // what matters goes out at once, behind what came before it
            transmit(stanza, link, true);
        });
    }

    /** What no acknowledgement makes room for must leave enough of it for what {@link #whenRoomy} waits. */
    private boolean mayWait(Stanza stanza) {
        long most = management == null ? MOST_DEFERRED_BYTES : Math.min(MOST_DEFERRED_BYTES, roomy(management));
        return waiting.size() < MOST_DEFERRED && bytes + UnackedStanza.size(stanza) <= most;
    }

    /** Sends what the client has asked for; it is kept while there is no connection, in full. */
    void answer(List<Stanza> stanzas, @Nullable Link link) {
        if (link == null) for (var stanza : stanzas) keep(stanza, UnackedStanza.topic(stanza));
        else try (var joining = new BatchingLink(link)) {
            for (var stanza : stanzas) send(stanza, joining);
        }
    }

    /**
     * A message that nobody has written down must not cost a session that is away: of those there is only some room.
     * But who is in a room, or is sent copies, of which something is missing must not believe that nothing is: that
     * session is given up, and enters anew, or reads the archive.
     */
    private void keepDetached(Stanza stanza) {
        if (!(stanza instanceof Message m) || m.log() != 0 || management == null || bytes < management.bytes() / 4)
            keep(stanza, UnackedStanza.topic(stanza));
        else if (m.type() == Message.Type.GROUPCHAT || isCopy(m)) overflown = true;
    }

    /** It carries another one: what another device has said (XEP-0280), or what is in some archive. */
    private static boolean isCopy(Message m) {
        return m.payload().elements().stream().anyMatch(e -> e.child(Namespaces.FORWARD, "forwarded").isPresent());
    }

    private void keep(Stanza stanza, Object topic) {
        if (stanza instanceof Message m && m.log() != 0) log.sent(m.log());
        var kept = new UnackedStanza.Whole(stanza, Instant.now());
        var replaced = waiting.remove(topic); // the newer one has its place in the order
        waiting.put(topic, kept);
        bytes += kept.size() - (replaced == null ? 0 : replaced.size());
        if (management != null) bound(management.bytes() / 2);
    }

    /** @param fresh false when it has waited here, and so is known to the log as sent */
    private void transmit(Stanza stanza, Link link, boolean fresh) {
        var agreed = management;
        if (agreed != null) {
            if (fresh && stanza instanceof Message m && m.log() != 0) log.sent(m.log());
            var kept = new UnackedStanza.Whole(stanza, Instant.now());
            unacknowledged.add(kept);
            bytes += kept.size();
            bytesSinceRequest += kept.size();
            bound(agreed.bytes() * ON_THEIR_WAY);
        }
        link.send(StanzaWriter.bytes(stanza));
        if (agreed == null) {
            if (stanza instanceof Message m && m.log() != 0) log.taken(m.log());
            return;
        }
        // by bytes too: who answers when they are asked must never reach the bound
        if (++sinceRequest >= agreed.every() || bytesSinceRequest > agreed.bytes() / 8) request(link);
        else unasked = true;
    }

    /** Asks for an acknowledgement, if something was sent since the last time. */
    void request(Link link) {
        sinceRequest = 0;
        bytesSinceRequest = 0;
        unasked = false;
        if (management != null) link.send(management.request().clone());
    }

    boolean isUnasked() { return unasked; }

    /**
     * Keeps the bound: the archive has most messages, so they need not be here; presence and the like must be. @param
     * most bytes of those
     */
    private void bound(long most) {
        long usual = Objects.requireNonNull(management).bytes();
        if (bytes <= usual) enough = usual;
        else if (bytes > enough) {
            unacknowledged.replaceAll(UnackedStanza::reduced);
            waiting.replaceAll((_, kept) -> kept.reduced());
            bytes = size(unacknowledged.unacked()) + size(waiting.values());
            enough = Math.max(usual, bytes + bytes / 2); // not all of it is looked at for each stanza
            overflown = bytes > most && unacknowledged.size() + waiting.size() > FEW;
        }
        overflown |= unacknowledged.size() + waiting.size() > MOST_KEPT;
    }

    private static long size(Collection<UnackedStanza> all) {
        return all.stream().mapToLong(UnackedStanza::size).sum();
    }

    /** More is kept than there may be: the session has to be given up. */
    boolean isOverflown() { return overflown; }

    /**
     * Does something when most of the room is free: at once, or when the client has acknowledged more, and in that
     * order.
     */
    void whenRoomy(Runnable action) {
        if (isRoomy() && whenRoomy == null) action.run();
        else {
            if (whenRoomy == null) whenRoomy = new ArrayDeque<>();
            whenRoomy.add(action);
        }
    }

    private void goOn() {
        while (whenRoomy != null && isRoomy()) {
            var next = whenRoomy.remove();
            if (whenRoomy.isEmpty()) whenRoomy = null;
            next.run();
        }
    }

    private boolean isRoomy() { return management == null || bytes <= roomy(management); }

    private static long roomy(StreamManagementTerms agreed) { return agreed.bytes() / 4; }

    // ---- acknowledgements

    /**
     * The client has handled so many stanzas, modulo 2^32.
     *
     * @return false when it cannot have: it was not sent so many
     */
    boolean acknowledge(long h) {
        return switch (unacknowledged.acknowledge(h, this::acknowledged)) {
            case ACCEPTED -> {
                goOn();
                yield true;
            }
            case OUTDATED -> true;
            case TOO_HIGH -> false;
        };
    }

    private void acknowledged(UnackedStanza handled) {
        bytes -= handled.size();
        if (handled.log() != 0) log.acknowledged(handled.log());
    }

    /** Stanzas sent since counting began, modulo 2^32. */
    long sent() {
        return unacknowledged.sent();
    }

    // ---- connections

    /** Sends again what was not acknowledged, then what has waited. */
    void resume(Link link, DelayPolicy delaying) {
        deferrable = null; // XEP-0352 §5.2
        try (var joining = new BatchingLink(link)) {
            for (UnackedStanza kept : unacknowledged.unacked()) joining.send(StanzaWriter.bytes(delaying.unchanged(kept)));
            while (!waiting.isEmpty()) {
                var kept = waiting.firstEntry().getValue();
                var stanza = delaying.delayed(kept); // may fail: then everything is as it was
                waiting.pollFirstEntry();
                bytes -= kept.size();
                transmit(stanza, joining, false);
            }
            request(joining);
        }
    }

    /** How a kept stanza is sent. */
    public interface DelayPolicy {
        /** As it was sent before. */
        Stanza unchanged(UnackedStanza kept);

        /** With a note that it is late. */
        Stanza delayed(UnackedStanza kept);
    }

    /**
     * Keeps what the client does not want now, and of each topic only the last; null when it wants everything again.
     */
    void defer(@Nullable Function<Stanza, Optional<Object>> unwanted, @Nullable Link link) {
        deferrable = unwanted;
        if (unwanted == null && link != null) flush(link);
    }

    boolean isDeferring() { return deferrable != null; }

    private void flush(Link link) {
        if (waiting.isEmpty()) return;
        var all = List.copyOf(waiting.values());
        forgetWaiting();
        for (UnackedStanza kept : all)
            if (kept instanceof UnackedStanza.Whole(var stanza, _)) transmit(stanza, link, false);
    }

    private void forgetWaiting() {
        bytes -= size(waiting.values());
        waiting.clear();
    }

    /** The session is over. */
    void forget() {
        unacknowledged.clear();
        waiting.clear();
        whenRoomy = null;
        bytes = 0;
    }

    /** Everything that was not acknowledged or not sent, in order. */
    List<UnackedStanza> leftOver() {
        var all = new ArrayList<>(unacknowledged.unacked());
        all.addAll(waiting.values());
        return all;
    }
}
