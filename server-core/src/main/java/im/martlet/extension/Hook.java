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

/** One thing that an extension asks of the kernel. Hooks are plain data, so the kernel can list and compare them. */
public sealed interface Hook {
    /** The kind of address that a declaration belongs to. */
    enum To {
        /** The host itself. */
        SERVER,
        /** The bare JID of any account. Requests from the account's own sessions are included. */
        ACCOUNT,
        /** The bare JID of the requester's own account. */
        OWN_ACCOUNT,
        /** The domain of any service. */
        SERVICE
    }

    /** Declares a property of an address, or a request that is answered there. */
    sealed interface Declaration extends Hook {}

    /** A feature in disco#info (XEP-0030) of the server, of every account, or of every service. */
    record Feature(To of, String var) implements Declaration {}

    /** An identity in disco#info. */
    record Identity(To of, String category, String type, String name) implements Declaration {}

    /**
     * A data form in disco#info (XEP-0128) of a host, or of the service that declares it.
     *
     * @param form returns the form for a domain; called for each request, because the form may come and go
     */
    record InfoForm(Function<String, Optional<Element>> form) implements Declaration {}

    /**
     * Items in disco#items of an address or of a node.
     *
     * @param items returns the items that the requester may see
     */
    record Items(To of, Function<Query, List<Element>> items) implements Declaration {}

    /**
     * The disco#info of a node of the address.
     *
     * @param info returns empty if there is no such node, or if the requester must not see it
     */
    record NodeInfo(To of, Function<Query, Optional<List<Element>>> info) implements Declaration {}

    /** An ad-hoc command at an address (XEP-0050). */
    record AdHocCommandHook(To of, AdHocCommand command) implements Declaration {}

    /** Answers requests of one kind and payload. */
    record IqHandler(Class<? extends Iq.Request> kind, To to, String namespace, String name,
            Function<Query, Iq.Response> answer)
            implements Declaration {}

    /**
     * Answers requests of one kind and payload from an account's own sessions. The answer needs so much reading that
     * the mailbox must not wait for it.
     *
     * @param begin runs on the mailbox; the supplier that it returns runs on another thread and returns the stanzas to
     * send: results first, then the response
     */
    record SlowIqHandler(Class<? extends Iq.Request> kind, String namespace, String name,
            Function<Query, Supplier<List<Stanza>>> begin) implements Hook {}

    /** May change, drop or bounce stanzas on their way. Runs on the mailbox of the account. */
    record Interceptor(InterceptedStanza.Direction direction, InterceptorStage stage,
            Function<InterceptedStanza, Verdict> judge) implements Hook {}

    /** Hears of delivered stanzas, on the mailbox of the account. */
    record DeliveryListener(java.util.function.Consumer<Delivery> listener) implements Hook {}

    /** Hears of session events, on the mailbox of the account. */
    record SessionListener(java.util.function.Consumer<SessionEvent> listener) implements Hook {}

    /** A stream feature that is negotiated or only advertised (RFC 6120 §4.3). */
    record StreamFeatureHook(StreamFeature feature) implements Hook {}

    /** A command of the admin API. */
    record AdminCommandHook(AdminCommand command) implements Hook {}

    /**
     * Handles elements of a bound stream that are not stanzas. They keep their order among the stanzas. Runs on the
     * account's mailbox.
     */
    record NonStanzaElement(String namespace, BiConsumer<Session, Element> handler) implements Hook {}

    /**
     * Handles a request that a client sends together with the request for a new session (Bind 2, XEP-0386).
     *
     * @param namespace the namespace of the request
     * @param enable handles the request and returns the reply, if any; runs on the account's mailbox, before any stanza
     * can be sent to the session
     */
    record Bind2Request(String namespace, BiFunction<Session, Element, Optional<Element>> enable) implements Hook {}

    /** Adds an element to the reply to each Bind 2 request (XEP-0386). Runs on the account's mailbox. */
    record Bind2Reply(Function<Session, Optional<Element>> reply) implements Hook {}

    /**
     * A consumer with an outbox, such as push. An entry that the consumer has not taken stays in the outbox, also
     * through a crash, and is offered again. Entries for one addressee are offered one after the other, those for
     * several addressees at once.
     *
     * @param name the name of the outbox: at most 40 letters, never changed
     * @param getsMissed whether the outbox gets each message for an account without a connected session; otherwise it
     * gets only the entries that the extension adds itself, in the same unit as the data they belong to (see
     * {@link im.martlet.storage.log.Journal.Write.Announce})
     * @param taker offers an entry to the consumer and returns its answer; may block
     */
    record OutboxConsumer(String name, boolean getsMissed, Function<OutboxEntry, OutboxEntry.Taken> taker)
            implements Hook {}

    /**
     * A service on a domain of its own below each host, such as {@code pubsub.example.org}. Stanzas for the domain, or
     * for an address there, are handled in order on a mailbox of the service. Answers go through the router.
     *
     * @param label the first label of the domain, as configured; a host of the same name has precedence
     * @param owner returns the owner of the mailbox that handles a stanza: the domain ({@code Jid::host}), or each bare
     * JID ({@code Jid::bare})
     * @param declarations the declarations of the domain, besides those of every service
     * @param receiver handles stanzas that no declaration answers. It may block. It throws
     * {@link im.martlet.stanza.StanzaException} to answer with an error, and must answer each request. The transaction
     * is acknowledged once all writes that the receiver adds to it are committed
     */
    record Service(String label, Function<Jid, Jid> owner, List<Declaration> declarations,
            BiConsumer<Stanza, StanzaTransaction> receiver) implements Hook {
        public Service {
            if (!label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
                throw new IllegalArgumentException("'" + label + "' cannot be the first label of a domain");
            declarations = List.copyOf(declarations);
        }

        /** Creates a service that refuses all stanzas which no declaration answers. */
        public Service(String label, Function<Jid, Jid> owner, List<Declaration> declarations) {
            this(label, owner, declarations, Service::refuse);
        }

        private static void refuse(Stanza stanza, StanzaTransaction transaction) {
            switch (stanza) {
                case Message m when m.isError() -> {} // RFC 6120 §8.3.1: an error is never answered with an error
                case Message _, Iq.Request _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
                case Iq.Response _, Presence _ -> {}
            }
        }
    }

    /**
     * A TCP listener for a protocol of the extension's own.
     *
     * @param name the name of the protocol, for people
     * @param addresses the configured addresses, read once at start
     * @param bound gets the bound addresses, before a connection can arrive
     * @param connected handles a connection on a virtual thread of its own; it may block. The connection is closed when
     * this returns. Until the handler leaves the place, the connection counts as one that has not logged in
     */
    record TcpListener(String name, List<HostPort> addresses,
            java.util.function.Consumer<List<InetSocketAddress>> bound,
            BiConsumer<Socket, AddressLimits.Place> connected) implements Hook {}

    /**
     * Hears of deleted accounts, on their mailboxes. The listener deletes the data that its extension keeps elsewhere
     * under the account's address.
     */
    record DeletionListener(java.util.function.Consumer<Jid> listener) implements Hook {}

    /**
     * Handles messages for a host itself, such as events of nodes that the host has subscribed to. Must not block.
     *
     * @param listener returns whether it has handled the message
     */
    record HostMessageListener(Predicate<Message> listener) implements Hook {}

    /**
     * Work in the background, independent of stanzas.
     *
     * @param start called once, before the server listens; returns at once
     * @param stop called once, when the server begins to stop and its connections are still open; may block for a short
     * time
     */
    record Background(Runnable start, Runnable stop) implements Hook {}

    /** A number for {@code /metrics}. */
    record Metric(Meter meter) implements Hook {}

    /** Answers HTTP requests. */
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

    static Hook onNonStanzaElement(String namespace, BiConsumer<Session, Element> handler) {
        return new NonStanzaElement(namespace, handler);
    }

    static Hook bind2Request(String namespace, BiFunction<Session, Element, Optional<Element>> enable) {
        return new Bind2Request(namespace, enable);
    }

    static Hook bind2Reply(Function<Session, Optional<Element>> reply) { return new Bind2Reply(reply); }

    /**
     * Returns a consumer of all missed messages.
     *
     * @param taker returns whether the consumer has taken the entry; otherwise the entry is offered again, after a
     * pause that grows each time
     */
    static Hook consumer(String name, Predicate<OutboxEntry> taker) {
        return new OutboxConsumer(name, true,
                a -> taker.test(a) ? new OutboxEntry.Taken.Yes() : new OutboxEntry.Taken.No());
    }

    /** Returns a consumer of the entries that the extension adds itself. */
    static Hook outbox(String name, Function<OutboxEntry, OutboxEntry.Taken> taker) {
        return new OutboxConsumer(name, false, taker);
    }

    static Hook onSession(java.util.function.Consumer<SessionEvent> listener) { return new SessionListener(listener); }

    static Hook streamFeature(StreamFeature feature) { return new StreamFeatureHook(feature); }

    static Hook metric(Meter meter) { return new Metric(meter); }

    static Hook route(Route route) { return new HttpRoute(route); }

    static Hook adminCommand(AdminCommand command) { return new AdminCommandHook(command); }
}
