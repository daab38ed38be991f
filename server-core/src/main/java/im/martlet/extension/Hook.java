package im.martlet.extension;

import im.martlet.address.Jid;
import im.martlet.config.HostPort;
import im.martlet.http.Route;
import im.martlet.meter.Meter;
import im.martlet.negotiation.StreamFeature;
import im.martlet.net.AddressLimits;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
        OWN_ACCOUNT,
        /** The domain of any service. */
        SERVICE
    }

    /** What an address says of itself, and which requests are answered there. */
    sealed interface Declaration extends Hook {}

    /** A feature in the answer to disco#info (XEP-0030): of the server, of every account, or of every service. */
    record Feature(To of, String var) implements Declaration {}

    /** An identity in the answer to disco#info. */
    record Identity(To of, String category, String type, String name) implements Declaration {}

    /**
     * A data form in the answer to disco#info (XEP-0128): of a host, or of the service in whose list it stands; asked
     * each time, as it may come and go.
     */
    record InfoForm(Function<String, Optional<Element>> form) implements Declaration {}

    /**
     * Items in the answer to disco#items, of the address or of the node that is asked for; for who may not see them,
     * none.
     */
    record Items(To of, Function<Query, List<Element>> items) implements Declaration {}

    /** What disco#info says of a node of the address; empty when there is none of that name, or not for the asker. */
    record NodeInfo(To of, Function<Query, Optional<List<Element>>> info) implements Declaration {}

    /** Something that an address can be commanded to do. */
    record AdHocCommandHook(To of, AdHocCommand command) implements Declaration {}

    /** Answers requests of one kind and payload. */
    record IqHandler(Class<? extends Iq.Request> kind, To to, String namespace, String name,
            Function<Query, Iq.Response> answer)
            implements Declaration {}

    /**
     * Answers requests of one kind and payload of an account's own sessions, by reading so much that the mailbox must
     * not wait for it. What is begun on the mailbox answers, beside it, the stanzas to send: results, then the
     * response.
     */
    record SlowIqHandler(Class<? extends Iq.Request> kind, String namespace, String name,
            Function<Query, Supplier<List<Stanza>>> begin) implements Hook {}

    /** Judges stanzas on their way. */
    record Interceptor(InterceptedStanza.Direction direction, InterceptorStage stage,
            Function<InterceptedStanza, Verdict> judge) implements Hook {}

    /** Hears of stanzas that have gone their way. */
    record DeliveryListener(java.util.function.Consumer<Delivery> listener) implements Hook {}

    /** Hears of sessions. */
    record SessionListener(java.util.function.Consumer<SessionEvent> listener) implements Hook {}

    /** Something a stream can negotiate, or that is only advertised. */
    record StreamFeatureHook(StreamFeature feature) implements Hook {}

    /** Something an admin can do. */
    record AdminCommandHook(AdminCommand command) implements Hook {}

    /** Hears elements of a bound stream that are no stanzas, in their order among stanzas; on the account's mailbox. */
    record NonStanzaElement(String namespace, BiConsumer<Session, Element> hearer) implements Hook {}

    /**
     * Something that a client may ask for together with a new session (XEP-0386), by an element of a namespace; heard
     * on the account's mailbox, before anything can be sent to the session.
     *
     * @param enable does it, and says how it went if there is something to be said
     */
    record Bind2Request(String namespace, BiFunction<Session, Element, Optional<Element>> enable) implements Hook {}

    /** Says something to each new session of a client that asks for all in one go (XEP-0386), at the same moment. */
    record Bind2Reply(Function<Session, Optional<Element>> words) implements Hook {}

    /**
     * Somebody beyond this server who is to hear of things. What they have not taken waits in an outbox, through a
     * crash too, and is offered again: to one addressee one after the other, to several at once.
     *
     * @param name under which it waits, at most 40 letters, the same for ever
     * @param ofMissed whether each message for an account that no device is connected for is put in; otherwise only
     * what the extension puts in itself, together with what it belongs to (see
     * {@link im.martlet.storage.log.Journal.Write.Announce})
     * @param taker answers whether they have it; may block
     */
    record OutboxConsumer(String name, boolean ofMissed, Function<OutboxEntry, OutboxEntry.Taken> taker)
            implements Hook {}

    /**
     * A service on a domain of its own below each host: {@code pubsub.example.org}. Everything for the domain, or for
     * an address there, comes in order on a mailbox of the service's; it is answered through the router.
     *
     * @param label the first label of the domain, as configured; a host of the same name has precedence
     * @param owner whose mailbox a stanza comes on: the domain's ({@code Jid::host}), or one for each bare JID
     * ({@code Jid::bare})
     * @param declarations what the domain says of itself and answers, over and above what every service does
     * @param receiver takes what no declaration answers. May block; throws {@link im.martlet.stanza.StanzaException} to
     * answer with an error. A request must be answered. The transaction is acknowledged when what is recorded with it
     * is written
     */
    record Service(String label, Function<Jid, Jid> owner, List<Declaration> declarations,
            BiConsumer<Stanza, StanzaTransaction> receiver) implements Hook {
        public Service {
            if (!label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
                throw new IllegalArgumentException("'" + label + "' cannot be the first label of a domain");
            declarations = List.copyOf(declarations);
        }

        /** One that takes nothing but what its declarations answer. */
        public Service(String label, Function<Jid, Jid> owner, List<Declaration> declarations) {
            this(label, owner, declarations, Service::refuse);
        }

        private static void refuse(Stanza stanza, StanzaTransaction transaction) {
            switch (stanza) {
                case Message m when m.isError() -> {} // of somebody who could not be told something
                case Message _, Iq.Request _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
                case Iq.Response _, Presence _ -> {}
            }
        }
    }

    /**
     * Something that other programs connect to on ports of its own, with a protocol of its own.
     *
     * @param name of that protocol, for people
     * @param addresses where, read once at start
     * @param bound is told where that is, before anybody can connect
     * @param connected takes each connection on a virtual thread of its own, and may block; the connection is closed
     * when it returns. It counts as one of an address that has not logged in until its place is left
     */
    record TcpListener(String name, List<HostPort> addresses,
            java.util.function.Consumer<List<InetSocketAddress>> bound,
            BiConsumer<Socket, AddressLimits.Place> connected) implements Hook {}

    /**
     * Hears of accounts that are deleted, on their mailboxes; of each, what is kept elsewhere under its address is
     * nobody's any more.
     */
    record DeletionListener(java.util.function.Consumer<Jid> listener) implements Hook {}

    /**
     * Hears messages that come for a host itself, such as events of nodes that it has subscribed to; answers whether it
     * knows what to do with one. Must not block.
     */
    record HostMessageListener(Predicate<Message> listener) implements Hook {}

    /**
     * Something that goes on beside all stanzas.
     *
     * @param start called once, before anything can happen; returns at once
     * @param stop called once, when the server is asked to stop and its connections are still there; may block, but not
     * for long
     */
    record Background(Runnable start, Runnable stop) implements Hook {}

    /** Something that is counted or measured. */
    record Metric(Meter meter) implements Hook {}

    /** Answers requests of HTTP. */
    record HttpRoute(Route route) implements Hook {}

    static Declaration feature(String var) { return new Feature(To.SERVER, var); }

    static Declaration accountFeature(String var) { return new Feature(To.ACCOUNT, var); }

    static Declaration serviceFeature(String var) { return new Feature(To.SERVICE, var); }

    static Declaration identity(To of, String category, String type, String name) {
        return new Identity(of, category, type, name);
    }

    static Declaration infoForm(Function<String, Optional<Element>> form) { return new InfoForm(form); }

    static Declaration items(To of, Function<Query, List<Element>> items) { return new Items(of, items); }

    static Declaration nodeInfo(To of, Function<Query, Optional<List<Element>>> info) { return new NodeInfo(of, info); }

    static Declaration command(To of, AdHocCommand command) { return new AdHocCommandHook(of, command); }

    static Declaration onGet(To to, String namespace, String name, Function<Query, Iq.Response> answer) {
        return new IqHandler(Iq.Get.class, to, namespace, name, answer);
    }

    static Declaration onSet(To to, String namespace, String name, Function<Query, Iq.Response> answer) {
        return new IqHandler(Iq.Set.class, to, namespace, name, answer);
    }

    static Hook onSlowIq(Class<? extends Iq.Request> kind, String namespace, String name,
            Function<Query, Supplier<List<Stanza>>> begin) {
        return new SlowIqHandler(kind, namespace, name, begin);
    }

    static Hook onSend(InterceptorStage stage, Function<InterceptedStanza, Verdict> judge) {
        return new Interceptor(InterceptedStanza.Direction.SENT, stage, judge);
    }

    static Hook onReceive(InterceptorStage stage, Function<InterceptedStanza, Verdict> judge) {
        return new Interceptor(InterceptedStanza.Direction.RECEIVED, stage, judge);
    }

    static Hook onDelivered(java.util.function.Consumer<Delivery> listener) { return new DeliveryListener(listener); }

    static Hook onNonStanzaElement(String namespace, BiConsumer<Session, Element> hearer) {
        return new NonStanzaElement(namespace, hearer);
    }

    static Hook bind2Request(String namespace, BiFunction<Session, Element, Optional<Element>> enable) {
        return new Bind2Request(namespace, enable);
    }

    static Hook bind2Reply(Function<Session, Optional<Element>> words) { return new Bind2Reply(words); }

    /** Somebody who is to hear of each missed message; what they do not take is offered again, later and later. */
    static Hook consumer(String name, Predicate<OutboxEntry> taker) {
        return new OutboxConsumer(name, true,
                a -> taker.test(a) ? new OutboxEntry.Taken.Yes() : new OutboxEntry.Taken.No());
    }

    /** Somebody who is to hear of what the extension puts in. */
    static Hook outbox(String name, Function<OutboxEntry, OutboxEntry.Taken> taker) {
        return new OutboxConsumer(name, false, taker);
    }

    static Hook onSession(java.util.function.Consumer<SessionEvent> listener) { return new SessionListener(listener); }

    static Hook streamFeature(StreamFeature feature) { return new StreamFeatureHook(feature); }

    static Hook metric(Meter meter) { return new Metric(meter); }

    static Hook route(Route route) { return new HttpRoute(route); }

    static Hook adminCommand(AdminCommand command) { return new AdminCommandHook(command); }
}
