package im.martlet.extension;

import im.martlet.admin.AdminCommand;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stream.StreamFeature;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One thing an extension asks of the server. Plain data: it can be listed, checked for clashes, printed. */
public sealed interface Hook {
    /** Whom a request is addressed to. */
    enum To {
        /** The host itself. */
        SERVER,
        /** The bare JID of any account, its owner's own requests included. */
        ACCOUNT,
        /** The bare JID of the asker's own account. */
        OWN_ACCOUNT
    }

    /** A feature in the answer to disco#info (XEP-0030): of the server, or of every account. */
    record Feature(To of, String var) implements Hook {}

    /** An identity in the answer to disco#info. */
    record Identity(To of, String category, String type, String name) implements Hook {}

    /** A data form in the server's answer to disco#info (XEP-0128), for a host; asked each time, as it may come and go. */
    record InfoForm(Function<String, Optional<Element>> form) implements Hook {}

    /** Answers requests of one kind and payload. */
    record IqHandler(Class<? extends Iq.Request> kind, To to, String namespace, String name, Function<Query, Iq.Response> answer)
            implements Hook {}

    /**
     * Answers requests of one kind and payload of an account's own sessions, by reading so much that the mailbox must not
     * wait for it. What is begun on the mailbox answers, beside it, the stanzas to send: results, then the response.
     */
    record Lookup(Class<? extends Iq.Request> kind, String namespace, String name, Function<Query, Supplier<List<Stanza>>> begin) implements Hook {}

    /** Judges stanzas on their way. */
    record Interceptor(Passage.Direction direction, Stage stage, Function<Passage, Verdict> judge) implements Hook {}

    /** Hears of stanzas that have gone their way. */
    record DeliveryListener(java.util.function.Consumer<Delivery> listener) implements Hook {}

    /** Hears of sessions. */
    record SessionListener(java.util.function.Consumer<SessionEvent> listener) implements Hook {}

    /** Something a stream can negotiate, or that is only advertised. */
    record Negotiable(StreamFeature feature) implements Hook {}

    /** Something an admin can do. */
    record Administration(AdminCommand command) implements Hook {}

    /** Hears elements of a bound stream that are no stanzas, in their order among stanzas; on the account's mailbox. */
    record Sideword(String namespace, BiConsumer<Session, Element> hearer) implements Hook {}

    /**
     * Somebody beyond this server who is to hear of each message for an account that no device is connected for. What they
     * have not taken waits in the outbox, through a crash too, and is offered again.
     *
     * @param name under which it waits, at most 40 letters, the same for ever
     * @param taker answers whether they have it; may block; called again, later and later, when not
     */
    record Consumer(String name, Predicate<Announcement> taker) implements Hook {}

    static Hook feature(String var) { return new Feature(To.SERVER, var); }

    static Hook accountFeature(String var) { return new Feature(To.ACCOUNT, var); }

    static Hook identity(To of, String category, String type, String name) { return new Identity(of, category, type, name); }

    static Hook infoForm(Function<String, Optional<Element>> form) { return new InfoForm(form); }

    static Hook onGet(To to, String namespace, String name, Function<Query, Iq.Response> answer) {
        return new IqHandler(Iq.Get.class, to, namespace, name, answer);
    }

    static Hook onSet(To to, String namespace, String name, Function<Query, Iq.Response> answer) {
        return new IqHandler(Iq.Set.class, to, namespace, name, answer);
    }

    static Hook onLookup(Class<? extends Iq.Request> kind, String namespace, String name, Function<Query, Supplier<List<Stanza>>> begin) {
        return new Lookup(kind, namespace, name, begin);
    }

    static Hook onSend(Stage stage, Function<Passage, Verdict> judge) {
        return new Interceptor(Passage.Direction.SENT, stage, judge);
    }

    static Hook onReceive(Stage stage, Function<Passage, Verdict> judge) {
        return new Interceptor(Passage.Direction.RECEIVED, stage, judge);
    }

    static Hook onDelivered(java.util.function.Consumer<Delivery> listener) { return new DeliveryListener(listener); }

    static Hook onSideword(String namespace, BiConsumer<Session, Element> hearer) { return new Sideword(namespace, hearer); }

    static Hook consumer(String name, Predicate<Announcement> taker) { return new Consumer(name, taker); }

    static Hook onSession(java.util.function.Consumer<SessionEvent> listener) { return new SessionListener(listener); }

    static Hook negotiable(StreamFeature feature) { return new Negotiable(feature); }

    static Hook administration(AdminCommand command) { return new Administration(command); }
}
