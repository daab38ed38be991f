package im.martlet.extensions.bosh;

import im.martlet.net.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A BOSH session. It enforces the rules for requests: their order, number and rate (XEP-0124 §9-§15). Requests may
 * arrive at the same time, on several threads.
 */
final class BoshSession {
    /**
     * The terms that client and server agreed on at the beginning.
     *
     * @param hold number of requests that the server holds
     * @param longestWait longest time for which the server holds a request
     * @param inactivity longest time without a request
     * @param pause longest pause that the client may ask for
     * @param polling shortest time between two empty requests
     * @param legacy whether the client expects HTTP errors (§17.1)
     */
    record Terms(int hold, Duration longestWait, Duration inactivity, Duration pause, Duration polling,
            boolean legacy) {
        /** Returns the number of requests that a client may have open at once. */
        int requests() { return hold + 1; }

        boolean isPolling() { return hold == 0 || longestWait.isZero(); }
    }

    private static final byte[] RETRY = BodyElement.write(Map.of("type", "error"), List.of()); // §17.3
    private static final Duration ECHO = Duration.ofSeconds(5); // for which the last answer can be repeated

    /** A request that arrived before its turn. */
    private record EarlyRequest(BodyElement request, CompletableFuture<byte[]> answer) {}

    private final Terms terms;
    private final BoshStream stream;
    private final BoshReplies replies;
    private final KeySequence keys;
    private final ReentrantLock inbound = new ReentrantLock();
    private final Map<Long, EarlyRequest> early = new HashMap<>(0); // by rid
    private long last; // the rid of the last request in order
    private long requestAt; // the time of the last new request
    private boolean wasEmpty; // the last new request had no content
    private volatile Duration inactivity; // time without a request after which the session ends
    private volatile boolean loggedIn;
    private final Semaphore large; // permits for large requests that the server reads or answers

    /** @param before the rid before that of the first request */
    BoshSession(Terms terms, BoshStream stream, BoshReplies replies, KeySequence keys, long before) {
        this.terms = terms;
        this.stream = stream;
        this.replies = replies;
        this.keys = keys;
        this.last = before;
        this.inactivity = terms.inactivity;
        this.requestAt = System.nanoTime() - terms.polling.toNanos();
        this.large = new Semaphore(terms.requests() + 1); // one more than allowed, because a request may be repeated
    }

    Terms terms() { return terms; }

    void loggedIn() { loggedIn = true; }

    /**
     * Returns whether the server may read a large request; then the caller must call {@link #endLarge}. This limits the
     * memory that a client can occupy, however many streams it opens.
     */
    boolean beginLarge() {
        return loggedIn && large.tryAcquire();
    }

    void endLarge() { large.release(); }

    /** Takes a request and waits for its answer. */
    byte[] answer(BodyElement request) throws InterruptedException {
        CompletableFuture<byte[]> answer;
        inbound.lockInterruptibly();
        try {
            answer = take(request);
        } finally {
            inbound.unlock();
        }
        if (replies.queued() == 0) stream.drained();
        try {
            return answer.get(terms.longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException nothing) {
            replies.expired(request.rid());
            answer.complete(RETRY); // no effect unless requests before it are missing
            return answer.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<byte[]> take(BodyElement request) throws InterruptedException {
        long rid = request.rid();
        if (rid <= last) return closeIfOver(replies.repeat(rid));
        if (rid > last + terms.requests() || replies.isOver()) return end("item-not-found"); // §14.2
        var answer = new CompletableFuture<byte[]>();
        var before = early.get(rid);
        if (before != null) { // the client repeats it before its turn
            before.answer.complete(RETRY);
            early.put(rid, new EarlyRequest(before.request, answer));
            return answer;
        }
        boolean beyondLimit = request.isTerminate() || request.number("pause").isPresent(); // §11 allows one more
        if (!beyondLimit && replies.waiting() + early.size() >= terms.requests()) return end("policy-violation"); // §11
        early.put(rid, new EarlyRequest(request, answer));
        for (var next = early.remove(last + 1); next != null; next = early.remove(last + 1)) {
            last++;
            var refused = refusal(next.request);
            if (!refused.isEmpty()) {
                early.put(last, next);
                end(refused);
                return answer;
            }
            process(next.request);
            if (next.request.number("pause").isPresent()) replies.pause(last, next.answer);
            else replies.hold(last, next.answer);
        }
        return answer;
    }

    /** Returns the condition with which a request ends the session; empty if the request is allowed. */
    private String refusal(BodyElement request) {
        if (!keys.accepts(request.attribute("key"), request.attribute("newkey"))) return "item-not-found"; // §15.4
        long now = System.nanoTime();
        boolean soon = now - requestAt < terms.polling.toNanos();
        boolean again = terms.isPolling() ? wasEmpty && replies.wasEmpty()
                : replies.waiting() + 1 >= terms.requests() && wasEmpty;
        requestAt = now;
        boolean tooOften = request.isEmpty() && soon && again; // §11, §12
        wasEmpty = request.isEmpty();
        return tooOften ? "policy-violation" : "";
    }

    private void process(BodyElement request) throws InterruptedException {
        inactivity = terms.inactivity;
        request.number("ack").ifPresent(replies::acknowledged);
        request.number("pause")
                .ifPresent(seconds -> inactivity = Duration.ofSeconds(Math.min(seconds, terms.pause.toSeconds())));
        if (request.isRestart()) stream.open(request);
        else {
            if (request.body().children().isEmpty()) stream.keepAlive();
            for (var payload : request.payloads()) stream.receive(payload);
        }
        if (request.isTerminate()) stream.end();
    }

    private CompletableFuture<byte[]> end(String condition) {
        var last = replies.end(condition);
        early.values().forEach(other -> other.answer.complete(last));
        early.clear();
        stream.lose(Transport.Cause.RESET);
        return CompletableFuture.completedFuture(last);
    }

    /** Closes the stream if the session is over. Returns the answer unchanged. */
    private CompletableFuture<byte[]> closeIfOver(CompletableFuture<byte[]> answer) {
        if (replies.isOver()) stream.lose(Transport.Cause.RESET);
        return answer;
    }

    /** Returns whether the client sent no request for too long, or was told the end some time ago. */
    boolean isExpired(long now) {
        return replies.idle(now) > (replies.isOver() ? ECHO : inactivity).toNanos();
    }

    void expire() {
        replies.end("item-not-found");
        stream.lose(Transport.Cause.TIMED_OUT);
    }
}
