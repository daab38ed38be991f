package im.martlet.extensions.bosh;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The output of a session: held requests in the order of their answers, payloads that wait for a request, and recent
 * answers. The client may not have received the recent answers (XEP-0124 §8, §14). Guarded by itself; calls no other
 * class under its lock.
 */
final class BoshReplies {
    private static final int ANSWER_BYTES = 128 * 1024; // payloads in one answer, if there are several
    private static final int MOST_REPEATS = 10;

    private final long first; // the rid of the session's first request
    private final Map<String, String> greeting; // attributes of the answer to the first request
    private final int hold; // requests that the server holds
    private final int remember; // answers that the server can repeat
    private final NavigableMap<Long, CompletableFuture<byte[]>> held = new TreeMap<>(); // answers, by rid
    private final LinkedHashMap<Long, byte[]> answered = new LinkedHashMap<>(); // bodies, by rid
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>(); // payloads
    private long queued; // bytes
    private long latest; // the rid of the latest request
    private long sentAt = System.nanoTime(); // the time of the latest answer
    private int repeats; // repeated requests in a row
    private boolean wasEmpty; // the latest answer had no payload
    private String condition = ""; // the reason of the end
    private boolean ending; // the session ends after the queue
    private boolean over; // the client has the last answer

    /**
     * Creates the output of a session.
     *
     * @param first the rid of the first request
     * @param greeting attributes of the answer to the first request
     * @param hold number of requests that the server holds
     * @param remember number of answers that the server can repeat
     */
    BoshReplies(long first, Map<String, String> greeting, int hold, int remember) {
        this.first = first;
        this.greeting = greeting;
        this.hold = hold;
        this.remember = remember;
        this.latest = first - 1;
    }

    // ---- requests

    /** Holds the next request in order until its answer. Answers the oldest requests beyond the agreed number. */
    synchronized void hold(long rid, CompletableFuture<byte[]> answer) {
        repeats = 0;
        latest = rid;
        held.put(rid, answer);
        flush();
    }

    /** Returns the number of held requests. */
    synchronized int waiting() { return held.size(); }

    /** Returns the answer to a request that the client repeats (§14.3). */
    synchronized CompletableFuture<byte[]> repeat(long rid) {
        if (++repeats > MOST_REPEATS) return CompletableFuture.completedFuture(end("policy-violation"));
        var pending = held.get(rid);
        if (pending != null) {
            pending.complete(BodyElement.write(Map.of("type", "error"), List.of()));
            var fresh = new CompletableFuture<byte[]>();
            held.put(rid, fresh);
            return fresh;
        }
        var before = answered.get(rid);
        return CompletableFuture.completedFuture(before != null ? before : end("item-not-found"));
    }

    /** Forgets the answers up to a request: the client has them (§9.2). */
    synchronized void acknowledged(long rid) {
        answered.keySet().removeIf(each -> each <= rid);
    }

    /** Answers a request and those before it, because their time is over. */
    synchronized void expired(long rid) {
        while (!held.isEmpty() && held.firstKey() <= rid) answer(List.of());
    }

    /**
     * Takes the next request in order, in which the client asks for a pause. Answers it and all held requests at once,
     * without payloads (§10).
     */
    synchronized void pause(long rid, CompletableFuture<byte[]> answer) {
        repeats = 0;
        latest = rid;
        held.put(rid, answer);
        while (!held.isEmpty()) answer(List.of());
    }

    /** Returns whether the latest answer had no payload. */
    synchronized boolean wasEmpty() { return wasEmpty; }

    /** Returns the nanoseconds for which no request has been held. */
    synchronized long idle(long now) {
        return held.isEmpty() ? now - sentAt : 0;
    }

    // ---- payloads

    synchronized void send(byte[] payload) {
        if (ending) return;
        queue.add(payload);
        queued += payload.length;
        flush();
    }

    /** Returns the bytes that wait for a request. */
    synchronized long queued() { return queued; }

    /**
     * Ends the session after the queued payloads.
     *
     * @param reason a condition of XEP-0124 §17.2; empty for a normal end
     * @param last payloads that the client gets with the end or before it
     */
    synchronized void close(String reason, List<byte[]> last) {
        if (ending) return;
        ending = true;
        condition = reason;
        queue.addAll(last);
        last.forEach(payload -> queued += payload.length);
        flush();
    }

    /** Ends the session at once, without the queued payloads. Returns the last answer. */
    synchronized byte[] end(String reason) {
        queue.clear();
        queued = 0;
        close(reason, List.of());
        over = true;
        return BodyElement.terminal(reason);
    }

    /** Returns whether the client was told the end. */
    synchronized boolean isOver() { return over; }

    private void flush() {
        while (!held.isEmpty() && (!queue.isEmpty() || ending || held.size() > hold)) {
            var payloads = new ArrayList<byte[]>();
            long size = 0;
            while (!queue.isEmpty() && (payloads.isEmpty() || size + queue.peek().length <= ANSWER_BYTES)) {
                payloads.add(queue.remove());
                size += payloads.getLast().length;
            }
            queued -= size;
            answer(payloads);
        }
    }

    /** Answers the oldest held request. */
    private void answer(List<byte[]> payloads) {
        var oldest = held.pollFirstEntry();
        var attributes = new LinkedHashMap<String, String>();
        if (oldest.getKey() == first) attributes.putAll(greeting);
        else if (latest > oldest.getKey()) attributes.put("ack", String.valueOf(latest)); // §9.1
        if (ending && queue.isEmpty() && !over) {
            attributes.put("type", "terminate");
            if (!condition.isEmpty()) attributes.put("condition", condition);
            over = true;
        }
        var body = BodyElement.write(attributes, payloads);
        answered.put(oldest.getKey(), body);
        if (answered.size() > remember) answered.pollFirstEntry();
        wasEmpty = payloads.isEmpty();
        sentAt = System.nanoTime();
        oldest.getValue().complete(body);
    }
}
