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
 * What goes out: requests that wait, in the order in which they have to be answered; what waits for a request; and
 * answers that may have been lost on the way (XEP-0124 §8, §14). Guarded by itself; calls nobody under its lock.
 */
final class BoshReplies {
    private static final int AT_ONCE = 128 * 1024; // bytes of payloads in one answer, if there is more than one payload
    private static final int MOST_REPEATS = 10;

    private final long first; // request of the session
    private final Map<String, String> greeting; // attributes of the answer to it
    private final int hold;
    private final int remember;
    private final NavigableMap<Long, CompletableFuture<byte[]>> held = new TreeMap<>();
    private final LinkedHashMap<Long, byte[]> answered = new LinkedHashMap<>();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private long queued; // bytes
    private long latest; // request that was heard
    private long sentAt = System.nanoTime(); // the last answer
    private int repeats; // in a row
    private boolean fruitless; // the last answer had nothing in it
    private String condition = ""; // of the end
    private boolean ending; // behind the queue
    private boolean over; // and the client was told

    /** @param greeting attributes of the answer to the first request */
    BoshReplies(long first, Map<String, String> greeting, int hold, int remember) {
        this.first = first;
        this.greeting = greeting;
        this.hold = hold;
        this.remember = remember;
        this.latest = first - 1;
    }

    // ---- requests

    /** A request, the next in order, waits for its answer. Those that wait beyond what is agreed are answered. */
    synchronized void hold(long rid, CompletableFuture<byte[]> answer) {
        repeats = 0;
        latest = rid;
        held.put(rid, answer);
        flush();
    }

    /** Requests that wait. */
    synchronized int waiting() { return held.size(); }

    /** A request that was heard before comes again (§14.3). @return what to answer now */
    synchronized CompletableFuture<byte[]> again(long rid) {
        if (++repeats > MOST_REPEATS) return CompletableFuture.completedFuture(end("policy-violation"));
        var waits = held.get(rid);
        if (waits != null) {
            waits.complete(BodyElement.write(Map.of("type", "error"), List.of()));
            var fresh = new CompletableFuture<byte[]>();
            held.put(rid, fresh);
            return fresh;
        }
        var before = answered.get(rid);
        return CompletableFuture.completedFuture(before != null ? before : end("item-not-found"));
    }

    /** The client has all answers up to one (§9.2). */
    synchronized void acknowledged(long rid) {
        answered.keySet().removeIf(known -> known <= rid);
    }

    /** A request, and those before it, have waited for long enough. */
    synchronized void expired(long rid) {
        while (!held.isEmpty() && held.firstKey() <= rid) answer(List.of());
    }

    /**
     * A request, the next in order, says that the client is away for a while. It and those that wait are answered at
     * once, and with nothing (§10).
     */
    synchronized void pause(long rid, CompletableFuture<byte[]> answer) {
        repeats = 0;
        latest = rid;
        held.put(rid, answer);
        while (!held.isEmpty()) answer(List.of());
    }

    synchronized boolean wasFruitless() { return fruitless; }

    /** How long there has been no request here, in nanoseconds. */
    synchronized long idle(long now) {
        return held.isEmpty() ? now - sentAt : 0;
    }

    // ---- what is sent

    synchronized void send(byte[] payload) {
        if (ending) return;
        queue.add(payload);
        queued += payload.length;
        flush();
    }

    /** Bytes that wait for a request. */
    synchronized long queued() { return queued; }

    /** Nothing more is sent. @param why a condition, or empty @param lastWords go out with it, or before */
    synchronized void close(String why, List<byte[]> lastWords) {
        if (ending) return;
        ending = true;
        condition = why;
        queue.addAll(lastWords);
        lastWords.forEach(word -> queued += word.length);
        flush();
    }

    /** Ends the session at once, whatever waits. @return the last word, for whoever asked */
    synchronized byte[] end(String why) {
        queue.clear();
        queued = 0;
        close(why, List.of());
        over = true;
        return BodyElement.terminal(why);
    }

    /** Whether the client knows that it is over. */
    synchronized boolean isOver() { return over; }

    private void flush() {
        while (!held.isEmpty() && (!queue.isEmpty() || ending || held.size() > hold)) {
            var payloads = new ArrayList<byte[]>();
            long size = 0;
            while (!queue.isEmpty() && (payloads.isEmpty() || size + queue.peek().length <= AT_ONCE)) {
                payloads.add(queue.remove());
                size += payloads.getLast().length;
            }
            queued -= size;
            answer(payloads);
        }
    }

    /** Answers the oldest request. */
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
        fruitless = payloads.isEmpty();
        sentAt = System.nanoTime();
        oldest.getValue().complete(body);
    }
}
