package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Decision;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outgoing stanzas of a session. Keeps the stanzas that the client has not acknowledged. Also keeps the stanzas
 * that wait for a connection, or for an inactive client (XEP-0352). On the account's mailbox.
 */
public final class OutboundQueue {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundQueue.class);
    private static final int MOST_DEFERRED = 1000; // stanzas, for an inactive client
    private static final int MOST_DEFERRED_BYTES = 128 * 1024;
    private static final int FEW = 5; // stanzas that never end a session, however large: a batch of CatchUp
    private static final int MOST_KEPT = 20_000; // stanzas or log ids
    // times the usual bound: a join sends all occupants at once, faster than a client can acknowledge them
    private static final int IN_FLIGHT = 4;

    private final AccountLog log;
    private final Jid account;
    private @Nullable StreamManagementTerms management;
    private final AckWindow<UnackedStanza> unacknowledged = new AckWindow<>();
    private final LinkedHashMap<Object, UnackedStanza> waiting = new LinkedHashMap<>(0); // by topic
    private @Nullable Function<Stanza, Optional<Object>> deferrable; // the topic of a stanza that can wait
    private int sinceRequest;
    private long bytesSinceRequest;
    private long bytes; // of unacknowledged and waiting
    private long reduceAbove; // bytes above which stanzas are reduced again
    private volatile boolean unasked; // stanzas were sent after the last request for an acknowledgement
    private boolean overflown;
    private @Nullable ArrayDeque<Runnable> whenRoomy; // few sessions have one

    OutboundQueue(AccountLog log, Jid account) {
        this.log = log;
        this.account = account;
    }

    void manage(StreamManagementTerms terms) { management = terms; }

    @Nullable StreamManagementTerms management() { return management; }

    /** Sends a stanza, or keeps it. @param link null if there is no connection */
    void send(Stanza stanza, @Nullable Link link) {
        if (link == null) keepDetached(stanza);
        else if (deferrable == null) transmit(stanza, link, true);
        else deferrable.apply(stanza).filter(_ -> mayWait(stanza)).ifPresentOrElse(topic -> {
            Decision.HELD_BACK.log(LOG, "the client is inactive and need not get the stanza now", account, stanza);
            keep(stanza, topic);
        }, () -> {
            flush(link); // older stanzas go first, then this one at once
            transmit(stanza, link, true);
        });
    }

    /** Returns true if there is room. Deferred stanzas must not use up the room that {@link #whenRoomy} waits for. */
    private boolean mayWait(Stanza stanza) {
        long most = management == null ? MOST_DEFERRED_BYTES : Math.min(MOST_DEFERRED_BYTES, roomy(management));
        return waiting.size() < MOST_DEFERRED && bytes + UnackedStanza.size(stanza) <= most;
    }

    /** Sends the answer to a request of the client. Keeps all of it if there is no connection. */
    void answer(List<Stanza> stanzas, @Nullable Link link) {
        if (link == null) for (var stanza : stanzas) keep(stanza, UnackedStanza.topic(stanza));
        else try (var batch = new BatchingLink(link)) {
            for (var stanza : stanzas) send(stanza, batch);
        }
    }

    /**
     * Keeps a stanza while there is no connection. Messages that are not logged get only a quarter of the room, so that
     * they do not end the session. But a client must not miss a room message or a copy without notice. If there is no
     * room for one, the session ends; then the client joins the room again, or reads the archive.
     */
    private void keepDetached(Stanza stanza) {
        if (!(stanza instanceof Message m) || m.log() != 0 || management == null || bytes < management.bytes() / 4) {
            Decision.HELD_BACK.log(LOG, "the session has no connection at the moment", account, stanza);
            keep(stanza, UnackedStanza.topic(stanza));
        } else {
            Decision.DROPPED.log(LOG, "the session has no connection and no room for messages that are not logged",
                    account, m);
            overflown |= m.type() == Message.Type.GROUPCHAT || isCopy(m);
        }
    }

    /** Returns true if a message carries another one: a copy (XEP-0280) or an archive result. */
    private static boolean isCopy(Message m) {
        return m.payload().elements().stream().anyMatch(e -> e.child(Namespaces.FORWARD, "forwarded").isPresent());
    }

    private void keep(Stanza stanza, Object topic) {
        if (stanza instanceof Message m && m.log() != 0) log.sent(m.log());
        var unacked = new UnackedStanza.Whole(stanza, Instant.now());
        var replaced = waiting.remove(topic); // the newer stanza goes to the end
        if (replaced instanceof UnackedStanza.Whole(var older, _))
            Decision.DROPPED.log(LOG, "a newer stanza replaces it before it was sent", account, older);
        waiting.put(topic, unacked);
        bytes += unacked.size() - (replaced == null ? 0 : replaced.size());
        if (management != null) bound(management.bytes() / 2);
    }

    /** @param fresh false if the stanza has waited here, so that the log has it as sent */
    private void transmit(Stanza stanza, Link link, boolean fresh) {
        var terms = management;
        if (terms != null) {
            if (fresh && stanza instanceof Message m && m.log() != 0) log.sent(m.log());
            var unacked = new UnackedStanza.Whole(stanza, Instant.now());
            unacknowledged.add(unacked);
            bytes += unacked.size();
            bytesSinceRequest += unacked.size();
            bound(terms.bytes() * IN_FLIGHT);
        }
        link.send(StanzaWriter.bytes(stanza));
        if (terms == null) {
            if (stanza instanceof Message m && m.log() != 0) log.sentUnmanaged(m.log());
            return;
        }
        // also by bytes: a client that answers each request must never reach the bound
        if (++sinceRequest >= terms.every() || bytesSinceRequest > terms.bytes() / 8) request(link);
        else unasked = true;
    }

    /** Requests an acknowledgement. */
    void request(Link link) {
        sinceRequest = 0;
        bytesSinceRequest = 0;
        unasked = false;
        if (management != null) link.send(management.request().clone());
    }

    boolean isUnasked() { return unasked; }

    /**
     * Bounds the memory. The archive has most messages, so only their log ids stay here; other stanzas stay whole.
     *
     * @param most number of bytes of whole stanzas above which the session overflows
     */
    private void bound(long most) {
        long usual = Objects.requireNonNull(management).bytes();
        if (bytes <= usual) reduceAbove = usual;
        else if (bytes > reduceAbove) {
            unacknowledged.replaceAll(UnackedStanza::reduced);
            waiting.replaceAll((_, unacked) -> unacked.reduced());
            bytes = size(unacknowledged.unacked()) + size(waiting.values());
            reduceAbove = Math.max(usual, bytes + bytes / 2); // so that not each stanza causes a pass over all
            overflown = bytes > most && unacknowledged.size() + waiting.size() > FEW;
        }
        overflown |= unacknowledged.size() + waiting.size() > MOST_KEPT;
    }

    private static long size(Collection<UnackedStanza> all) {
        return all.stream().mapToLong(UnackedStanza::size).sum();
    }

    /** Returns true if more is kept than allowed. Then the caller must end the session. */
    boolean isOverflown() {
        return overflown;
    }

    /** Runs an action when most of the room is free: at once, or when the client has acknowledged more. In order. */
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

    private static long roomy(StreamManagementTerms terms) { return terms.bytes() / 4; }

    // ---- acknowledgements

    /**
     * Removes the stanzas that the client has handled.
     *
     * @param h number of handled stanzas, modulo 2^32
     * @return false if the client was not sent so many
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

    /** Returns the number of stanzas sent since counting began, modulo 2^32. */
    long sent() {
        return unacknowledged.sent();
    }

    // ---- connections

    /** Sends the unacknowledged stanzas again, then the waiting ones. */
    void resume(Link link, DelayPolicy policy) {
        deferrable = null; // XEP-0352 §5.2
        try (var batch = new BatchingLink(link)) {
            for (UnackedStanza unacked : unacknowledged.unacked())
                batch.send(StanzaWriter.bytes(policy.unchanged(unacked)));
            while (!waiting.isEmpty()) {
                var unacked = waiting.firstEntry().getValue();
                var stanza = policy.delayed(unacked); // may fail, and then nothing has changed
                waiting.pollFirstEntry();
                bytes -= unacked.size();
                transmit(stanza, batch, false);
            }
            request(batch);
        }
    }

    /** Turns kept stanzas into the stanzas to send. May read the database. */
    public interface DelayPolicy {
        /** Returns the stanza as it was sent before. */
        Stanza unchanged(UnackedStanza unacked);

        /** Returns the stanza, with a delay element if it is a message (XEP-0203). */
        Stanza delayed(UnackedStanza unacked);
    }

    /**
     * Begins or ends the deferral of stanzas. Of each topic only the last stanza is kept.
     *
     * @param topicOf the topic of a stanza that can wait; null to end the deferral
     */
    void defer(@Nullable Function<Stanza, Optional<Object>> topicOf, @Nullable Link link) {
        deferrable = topicOf;
        if (topicOf == null && link != null) flush(link);
    }

    boolean isDeferring() { return deferrable != null; }

    private void flush(Link link) {
        if (waiting.isEmpty()) return;
        var all = List.copyOf(waiting.values());
        forgetWaiting();
        for (UnackedStanza unacked : all)
            if (unacked instanceof UnackedStanza.Whole(var stanza, _)) transmit(stanza, link, false);
    }

    private void forgetWaiting() {
        bytes -= size(waiting.values());
        waiting.clear();
    }

    /** Drops everything, because the session has ended. */
    void forget() {
        unacknowledged.clear();
        waiting.clear();
        whenRoomy = null;
        bytes = 0;
    }

    /** Returns all stanzas that were not acknowledged or not sent, in order. */
    List<UnackedStanza> leftOver() {
        var all = new ArrayList<>(unacknowledged.unacked());
        all.addAll(waiting.values());
        return all;
    }
}
