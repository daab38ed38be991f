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
 * Answers requests that read for long. The reading does not run on the mailbox. The requests of one session run one
 * after the other. Each begins when the client has read most of the sent bytes, and has acknowledged most stanzas if it
 * uses stream management (XEP-0198). So only a client that requests much has to wait.
 */
final class SlowRequests {
    /** The queued requests. The first one runs. */
    private static final Slots.Key<ArrayDeque<Runnable>> WAITING = Slots.Key.of("lookups", ArrayDeque::new);

    // fewer than the credit of a client: the server must still read the acknowledgements behind the requests
    private static final int MOST_WAITING = 25;

    private SlowRequests() {}

    /**
     * Queues a request. Refuses it if too many requests of the session wait for acknowledgements. On the mailbox.
     *
     * @param prepare the part of the work that runs on the mailbox, if the request is not refused; it returns the part
     * that reads
     */
    static void begin(Session session, Iq.Request request, Supplier<Supplier<List<Stanza>>> prepare,
            StanzaTransaction transaction) {
        var waiting = session.get(WAITING);
        if (waiting.size() >= MOST_WAITING && session.management().isPresent())
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT
                    .because("too many answers wait until the client acknowledges earlier ones")
                    .as(StanzaError.Type.WAIT));
        var reader = prepare.get();
        var credit = transaction.sender(); // not the receipt, which would delay the acknowledgement of later stanzas
        credit.take();
        waiting.add(() -> session
                .whenRoomy(() -> session.link().whenReady(() -> Thread.ofVirtual().name("lookup").start(() -> {
                    var answer = read(request, reader);
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

    /** Returns the answer, or the error that answers the request. May block. */
    static List<Stanza> read(Iq.Request request, Supplier<List<Stanza>> reader) {
        var stanzas = new AtomicReference<List<Stanza>>(List.of());
        return ErrorReplies.error(request, () -> stanzas.set(reader.get()))
                .<List<Stanza>>map(error -> List.of(request.failure(error))).orElseGet(stanzas::get);
    }
}
