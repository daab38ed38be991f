package im.martlet.account;

import im.martlet.routing.ErrorReplies;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Requests that need long reading: it is done beside the mailbox, for each session one after the other and not before
 * the client has taken most of what it was sent, and acknowledged it if it does such things (XEP-0198), so that whoever
 * asks for a lot waits for it, and nobody else does.
 */
final class SlowRequests {
    private static final Slots.Key<ArrayDeque<Runnable>> WAITING = Slots.Key.of("lookups", ArrayDeque::new); // the first is under way

    private static final int MOST_WAITING = 25; // fewer than a client may have under way: its acknowledgements have to be read behind them

    private SlowRequests() {}

    /**
     * On the mailbox. Refuses one of too many that wait for the client to acknowledge what it has got.
     *
     * @param beginning what is done of it on the mailbox, if it is not refused
     */
    static void begin(Session session, Iq.Request request, Supplier<Supplier<List<Stanza>>> beginning,
            StanzaTransaction transaction) {
        var waiting = session.get(WAITING);
        if (waiting.size() >= MOST_WAITING && session.management().isPresent())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT
                    .because("answers wait for earlier ones to be acknowledged").as(StanzaError.Type.WAIT));
        var reading = beginning.get();
        var credit = transaction.sender(); // not the receipt: it would hold up everything that the client sends behind it
        credit.take();
        waiting.add(() -> session
                .whenRoomy(() -> session.link().whenReady(() -> Thread.ofVirtual().name("lookup").start(() -> {
                    var answer = read(request, reading);
                    session.account().tell(Credit.UNLIMITED, () -> {
                        try {
                            session.answer(answer);
                        } finally {
                            credit.giveBack();
                            waiting.remove();
                            if (!waiting.isEmpty()) waiting.peek().run();
                        }
                    });
                }))));
        if (waiting.size() == 1) waiting.peek().run();
    }

    /** What was read, or the error that answers the request. May block. */
    static List<Stanza> read(Iq.Request request, Supplier<List<Stanza>> reading) {
        var stanzas = new AtomicReference<List<Stanza>>(List.of());
        return ErrorReplies.error(request, () -> stanzas.set(reading.get()))
                .<List<Stanza>>map(error -> List.of(request.failure(error))).orElseGet(stanzas::get);
    }
}
