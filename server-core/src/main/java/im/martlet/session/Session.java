package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One bound resource of an account (RFC 6120 §7). A session is state, not a connection: it may lose its link and get
 * another one (XEP-0198 §5). Only the account's mailbox may touch it; any thread may use {@link #link} and
 * {@link #receipts}.
 */
public final class Session extends Slots {
    private static final StreamError OVERFLOWN =
            Condition.POLICY_VIOLATION.because("too many stanzas were not acknowledged");
    private static final StreamError NOT_STORED =
            Condition.INTERNAL_SERVER_ERROR.because("a stanza could not be stored, and is not acknowledged");

    private final Account account;
    private final Jid jid;
    private final OutboundQueue outbound;
    private final AckTracker receipts;
    private volatile Link link;
    private volatile boolean attached = true;

    private @Nullable Presence presence;
    private final BiConsumer<Session, StreamError> whenUnsound;

    /**
     * @param whenUnsound called on any thread when the session cannot continue, with the reason: it would have to keep
     * too many stanzas for its client, or a stanza of its client cannot be stored
     */
    public Session(Account account, Jid jid, Link link, BiConsumer<Session, StreamError> whenUnsound) {
        this.whenUnsound = whenUnsound;
        this.account = account;
        this.jid = jid;
        this.link = link;
        this.outbound = new OutboundQueue(account.log(), account.jid());
        this.receipts = account.receipts(() -> whenUnsound.accept(this, NOT_STORED));
    }

    public Account account() { return account; }

    /** Returns the full JID. */
    public Jid jid() { return jid; }

    /** Returns the current connection, or the last one of a detached session. */
    public Link link() { return link; }

    /** Returns false while the session has no connection and waits to be resumed. */
    public boolean isAttached() {
        return attached;
    }

    /** Returns the tracker of the stanzas that the client has sent and that are not yet committed. */
    public AckTracker receipts() {
        return receipts;
    }

    /** Sends a stanza, or keeps it until there is a connection or the client is active. */
    public void send(Stanza stanza) {
        outbound.send(stanza, attached ? link : null);
        if (outbound.isOverflown()) overflow();
    }

    /** Sends the stanzas that answer a request of the client. None of them may be left out; see {@link #whenRoomy}. */
    public void answer(List<Stanza> stanzas) {
        outbound.answer(stanzas, attached ? link : null);
        if (outbound.isOverflown()) overflow();
    }

    /** Ends the session because the server would have to keep too many stanzas for it. Returns at once. */
    public void overflow() {
        whenUnsound.accept(this, OVERFLOWN);
    }

    /** Sends a request of the server itself, if there is a connection. */
    public void ping(Iq question) {
        if (attached) send(question);
    }

    // ---- stream management

    /** Begins to count stanzas, and to keep the stanzas that the client has not acknowledged. */
    public void manage(StreamManagementTerms management) {
        outbound.manage(management);
        receipts.count(management.id());
    }

    public Optional<StreamManagementTerms> management() { return Optional.ofNullable(outbound.management()); }

    /**
     * Removes acknowledged stanzas. Returns false if the client acknowledges more stanzas than it was sent.
     *
     * @param h number of stanzas that the client has handled, modulo 2^32
     */
    public boolean acknowledge(long h) {
        return outbound.acknowledge(h);
    }

    /** Returns the number of stanzas sent since counting began, modulo 2^32. */
    public long sent() {
        return outbound.sent();
    }

    /** Returns true if the server has sent stanzas since it last requested an acknowledgement. Any thread. */
    public boolean isUnasked() {
        return outbound.isUnasked();
    }

    /** Requests an acknowledgement if the server has sent stanzas since the last request. */
    public void request() {
        if (attached && outbound.isUnasked()) outbound.request(link);
    }

    /** Marks the session as without connection. It waits for another one. */
    public void detach() { attached = false; }

    /** Makes the session listen to another connection. It sends over that one after {@link #attach}. */
    public void moveTo(Link next) {
        link = next;
    }

    /** Marks the session as connected again. {@link #resume} must follow. */
    public void attach() { attached = true; }

    /** Sends the unacknowledged stanzas again, then the stanzas that were kept while there was no connection. */
    public void resume(OutboundQueue.DelayPolicy delaying) {
        outbound.resume(link, delaying);
    }

    /**
     * Runs an action that sends much as soon as there is room for it: at once, or when the client has acknowledged
     * enough. Actions run in the order of the calls. If the session ends first, the action never runs.
     */
    public void whenRoomy(Runnable action) { outbound.whenRoomy(action); }

    /** Drops all stanzas that are kept for the session, which has ended. */
    public void forget() { outbound.forget(); }

    /** Returns the stanzas that were not acknowledged or not sent, in order. */
    public List<UnackedStanza> leftOver() {
        return outbound.leftOver();
    }

    /**
     * Holds back stanzas that can wait, in order and up to a bound, until the client is active or until a stanza comes
     * that cannot wait.
     *
     * @param topicOf the topic of a stanza that can wait; empty for other stanzas. Only the last stanza of a topic is
     * sent
     */
    public void defer(Function<Stanza, Optional<Object>> topicOf) { outbound.defer(topicOf, null); }

    /** Returns true if the session is connected and its client is active, so that its user may look at it. */
    public boolean isInUse() {
        return attached && !outbound.isDeferring();
    }

    /** Sends all stanzas that were held back. The client is active. */
    public void deferNothing() {
        outbound.defer(null, attached ? link : null);
    }

    // ---- presence

    /** Returns the last presence that this resource broadcast; empty while it is unavailable. */
    public Optional<Presence> presence() {
        return Optional.ofNullable(presence);
    }

    public void available(Presence presence) { this.presence = presence; }

    public void unavailable() { this.presence = null; }

    public boolean isAvailable() { return presence != null; }

    /** Returns true if messages for the bare JID go to this session (RFC 6121 §8.5.2). */
    public boolean wantsMessages() {
        return presence != null && presence.priority() >= 0;
    }

    @Override public String toString() { return jid.toString(); }
}
