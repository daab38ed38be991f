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
 * The rules for the requests of one session: their order, their number, their pace (XEP-0124 §9-§15). Requests may come
 * at once.
 */
final class BoshSession {
    /**
     * What was agreed on when it began.
     *
     * @param hold requests that may wait
     * @param longestWait how long they may
     * @param legacy whether the client expects errors of HTTP (§17.1)
     */
    record Terms(int hold, Duration longestWait, Duration inactivity, Duration pause, Duration polling,
            boolean legacy) {
        /** Requests that a client may have here at once. */
        int requests() { return hold + 1; }

        boolean isPolling() { return hold == 0 || longestWait.isZero(); }
    }

    private static final byte[] RETRY = BodyElement.write(Map.of("type", "error"), List.of()); // §17.3
    private static final Duration ECHO = Duration.ofSeconds(5); // in which the last word can be heard again

    private record Early(BodyElement request, CompletableFuture<byte[]> answer) {}

    private final Terms terms;
    private final BoshStream stream;
    private final BoshReplies replies;
    private final KeySequence keys;
    private final ReentrantLock inbound = new ReentrantLock();
    private final Map<Long, Early> early = new HashMap<>(0); // whose turn has not come
    private long last; // request in order
    private long heardAt; // the last new request
    private boolean wasEmpty; // the last new request
    private volatile Duration patience; // with a client that has no request here
    private volatile boolean loggedIn;
    private final Semaphore large; // requests that are being read or answered

    /** @param before the request before the first */
    BoshSession(Terms terms, BoshStream stream, BoshReplies replies, KeySequence keys, long before) {
        this.terms = terms;
        this.stream = stream;
        this.replies = replies;
        this.keys = keys;
        this.last = before;
        this.patience = terms.inactivity;
        this.heardAt = System.nanoTime() - terms.polling.toNanos();
        this.large = new Semaphore(terms.requests() + 1); // one more than there may be, as one may come again
    }

    Terms terms() { return terms; }

    void loggedIn() { loggedIn = true; }

    /**
     * Whether a large request may be read, too; then {@link #endLarge} is to be called. However many streams a client
     * opens, what it makes us keep is bounded.
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
            answer.complete(RETRY); // if those before it have not come
            return answer.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<byte[]> take(BodyElement request) throws InterruptedException {
        long rid = request.rid();
        if (rid <= last) return ended(replies.again(rid));
        if (rid > last + terms.requests() || replies.isOver()) return end("item-not-found"); // §14.2
        var answer = new CompletableFuture<byte[]>();
        var before = early.get(rid);
        if (before != null) { // it comes again, before its turn
            before.answer.complete(RETRY);
            early.put(rid, new Early(before.request, answer));
            return answer;
        }
        boolean farewell = request.isTerminate() || request.number("pause").isPresent();
        if (!farewell && replies.waiting() + early.size() >= terms.requests()) return end("policy-violation"); // §11
        early.put(rid, new Early(request, answer));
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

    /** Why the session has to end before a request is heard; empty when it need not. */
    private String refusal(BodyElement request) {
        if (!keys.accepts(request.attribute("key"), request.attribute("newkey"))) return "item-not-found"; // §15.4
        long now = System.nanoTime();
        boolean soon = now - heardAt < terms.polling.toNanos();
        boolean greedy = terms.isPolling() ? wasEmpty && replies.wasFruitless()
                : replies.waiting() + 1 >= terms.requests() && wasEmpty;
        heardAt = now;
        boolean tooOften = request.isEmpty() && soon && greedy; // §11, §12
        wasEmpty = request.isEmpty();
        return tooOften ? "policy-violation" : "";
    }

    private void process(BodyElement request) throws InterruptedException {
        patience = terms.inactivity;
        request.number("ack").ifPresent(replies::acknowledged);
        request.number("pause")
                .ifPresent(seconds -> patience = Duration.ofSeconds(Math.min(seconds, terms.pause.toSeconds())));
        if (request.isRestart()) stream.open(request);
        else {
            if (request.body().children().isEmpty()) stream.breathe();
            for (var payload : request.payloads()) stream.say(payload);
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

    /** Passes an answer on; if it was the end, it is. */
    private CompletableFuture<byte[]> ended(CompletableFuture<byte[]> answer) {
        if (replies.isOver()) stream.lose(Transport.Cause.RESET);
        return answer;
    }

    /** Whether nobody will come back: for too long there was no request, or the client was told that it is over. */
    boolean isForgotten(long now) {
        return replies.idle(now) > (replies.isOver() ? ECHO : patience).toNanos();
    }

    void giveUp() {
        replies.end("item-not-found");
        stream.lose(Transport.Cause.TIMED_OUT);
    }
}
