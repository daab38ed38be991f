package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.storage.key.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One bound resource of an account (RFC 6120 §7). It is state, not a connection: it may lose its link and get another
 * one (XEP-0198 §5). Touched only on its account's mailbox; {@link #link} and {@link #receipts} may be used by anyone.
 */
public final class Session extends Slots {
    private static final StreamError OVERFLOWN =
            Condition.POLICY_VIOLATION.because("too many stanzas were not acknowledged");
    private static final StreamError NOT_STORED =
            Condition.INTERNAL_SERVER_ERROR.because("a stanza could not be stored, and is not acknowledged");
    private static final int MOST_COMING = 20_000; // entries of the log that come while it is given earlier ones

    private final Account account;
    private final Jid jid;
    private final OutboundQueue outbound;
    private final AckTracker receipts;
    private volatile Link link;
    private volatile boolean attached = true;
    private boolean behind;
    private @Nullable TreeSet<Long> coming; // few sessions have some
    private @Nullable Presence presence;
    private final BiConsumer<Session, StreamError> whenUnsound;

    /**
     * @param whenUnsound told when it cannot go on, and why: more has to be kept for its client than may be, or what it
     * sent cannot be stored; on any thread
     */
    public Session(Account account, Jid jid, Link link, BiConsumer<Session, StreamError> whenUnsound) {
        this.whenUnsound = whenUnsound;
        this.account = account;
        this.jid = jid;
        this.link = link;
        this.outbound = new OutboundQueue(account.log());
        this.receipts = account.receipts(() -> whenUnsound.accept(this, NOT_STORED));
    }

    public Account account() { return account; }

    /** The full JID. */
    public Jid jid() { return jid; }

    /** The connection it is on, or was on last. */
    public Link link() { return link; }

    /** False while it has no connection and waits to be resumed. */
    public boolean isAttached() { return attached; }

    /** What it has sent, until all of that is safe. */
    public AckTracker receipts() { return receipts; }

    /** Sends a stanza, or keeps it until there is a connection, or until the client wants it. */
    public void send(Stanza stanza) {
        outbound.send(stanza, attached ? link : null);
        if (outbound.isOverflown()) whenUnsound.accept(this, OVERFLOWN);
    }

    /** Sends what its client has asked for, of which nothing may be missing in between; see {@link #whenRoomy}. */
    public void answer(List<Stanza> stanzas) {
        outbound.answer(stanzas, attached ? link : null);
        if (outbound.isOverflown()) whenUnsound.accept(this, OVERFLOWN);
    }

    /** Sends a question of the server's own, if there is a connection. */
    public void ping(Iq question) {
        if (attached) send(question);
    }

    // ---- stream management

    /** Begins to count and to keep what is not acknowledged. */
    public void manage(StreamManagementTerms management) {
        outbound.manage(management);
        receipts.count(management.id());
    }

    public Optional<StreamManagementTerms> management() { return Optional.ofNullable(outbound.management()); }

    /** @param h stanzas that the client has handled, modulo 2^32; false when it was not sent so many */
    public boolean acknowledge(long h) {
        return outbound.acknowledge(h);
    }

    /** Stanzas sent since counting began, modulo 2^32. */
    public long sent() { return outbound.sent(); }

    /** Whether something was sent and no acknowledgement asked for since. Any thread. */
    public boolean isUnasked() {
        return outbound.isUnasked();
    }

    /** Asks for an acknowledgement, if something was sent since the last time. */
    public void request() {
        if (attached && outbound.isUnasked()) outbound.request(link);
    }

    /** It has lost its connection, and waits for another one. */
    public void detach() { attached = false; }

    /** It hears another connection from now on, and will be sent over it when it is attached. */
    public void moveTo(Link next) {
        link = next;
    }

    /** It has a connection again; {@link #resume} follows. */
    public void attach() { attached = true; }

    /** Sends what was not acknowledged, and what has come meanwhile. */
    public void resume(OutboundQueue.DelayPolicy delaying) {
        outbound.resume(link, delaying);
    }

    /**
     * Does something that sends a lot when there is room for it: at once, or when the client has acknowledged more of
     * what it was sent, in the order they were asked for; never when the session ends before.
     */
    public void whenRoomy(Runnable action) { outbound.whenRoomy(action); }

    /** It is over: nothing is kept for it any more. */
    public void forget() {
        outbound.forget();
        coming = null;
    }

    /** What was not acknowledged or not sent, in order. */
    public List<UnackedStanza> leftOver() {
        return outbound.leftOver();
    }

    /** That, and what it has not come to in the log. */
    public List<UnackedStanza> owed() {
        var all = new ArrayList<>(outbound.leftOver());
        if (coming != null) for (long id : coming) all.add(new UnackedStanza.Logged(id, LogId.time(id)));
        return all;
    }

    /**
     * Keeps back what the client does not want now, up to a bound and in order, until it does or until something comes
     * that it wants.
     *
     * @param unwanted the topic of a stanza that can wait, of which only the last is sent
     */
    public void defer(Function<Stanza, Optional<Object>> unwanted) { outbound.defer(unwanted, null); }

    /** Whether it is connected, and its client wants everything: somebody looks at it, as far as can be known. */
    public boolean isInUse() {
        return attached && !outbound.isDeferring();
    }

    /** The client wants everything: what was kept back is sent. */
    public void deferNothing() {
        outbound.defer(null, attached ? link : null);
    }

    // ---- presence

    /** The presence that this resource last sent to everyone; empty while it is unavailable. */
    public Optional<Presence> presence() {
        return Optional.ofNullable(presence);
    }

    public void available(Presence presence) { this.presence = presence; }

    public void unavailable() { this.presence = null; }

    public boolean isAvailable() { return presence != null; }

    /** True when messages for the bare JID may come here (RFC 6121 §8.5.2). */
    public boolean wantsMessages() {
        return presence != null && presence.priority() >= 0;
    }

    /** True while it is being given what has waited: newer messages come after that, in their order. */
    public boolean isBehind() {
        return behind;
    }

    public void behind(boolean behind) { this.behind = behind; }

    /** While it is behind: it comes to an entry in the log, whoever else is sent that before. */
    public void comesTo(long id) {
        if (coming == null) coming = new TreeSet<>();
        coming.add(id);
        if (coming.size() > MOST_COMING) whenUnsound.accept(this, OVERFLOWN);
    }

    /** The same of an entry that nobody is sent before: until then it is on its way. */
    public void isSentLater(long id) {
        comesTo(id);
        account.log().sent(id);
    }

    /** Whether it is behind, and an entry that came since is among those it has yet to come to. */
    public boolean isComingTo(long id) {
        return coming != null && coming.contains(id);
    }

    /** It is behind no more, and there are entries that it does not come to. */
    public List<UnackedStanza> stopsComing() {
        var left = coming == null ? List.<UnackedStanza>of()
                : coming.stream().<UnackedStanza>map(id -> new UnackedStanza.Logged(id, LogId.time(id))).toList();
        coming = null;
        return left;
    }

    /** It has come to all entries up to an id: what it was not sent of them, it has read elsewhere, or it is gone. */
    public void hasComeTo(long id, Set<Long> sent) {
        if (coming == null) return;
        var passed = coming.headSet(id, true);
        passed.stream().filter(entry -> !sent.contains(entry)).forEach(account.log()::acknowledged);
        passed.clear();
        if (coming.isEmpty()) coming = null;
    }

    @Override public String toString() { return jid.toString(); }
}
