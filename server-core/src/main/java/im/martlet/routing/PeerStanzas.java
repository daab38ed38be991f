package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.session.Credit;
import im.martlet.session.JournalCommits;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaReceipt;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaReader;
import im.martlet.stanza.StanzaReader.Result;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the stanzas of peers that speak for whole domains: remote servers and components (RFC 6120 §8.1.1.2,
 * §8.1.2.2, §10.3). On I/O threads: no call blocks.
 */
public final class PeerStanzas {
    private static final Logger LOG = LoggerFactory.getLogger(PeerStanzas.class);
    private static final StreamError NOT_STORED =
            Condition.INTERNAL_SERVER_ERROR
                    .because("this server could not store a stanza, which is not acknowledged; send it again");
    private static final Set<String> STANZAS = Set.of("message", "presence", "iq");

    /** A remote server or component, on one stream. */
    public interface Peer {
        /** Returns the content namespace of the stream, which stanzas may also declare themselves. */
        String namespace();

        /** Returns whether the peer may send stanzas from a domain. */
        boolean speaksFor(String domain);

        /** Returns whether the peer may send stanzas to a domain. */
        boolean mayWriteTo(String domain);

        /** Returns the error if a stanza is refused, although its stream may go on. */
        default Optional<StanzaError> refusal(Jid from, Jid to) {
            return Optional.empty();
        }

        /** Returns the address that answers a stanza if its recipient cannot be read. */
        Jid localDomain();

        /** Returns the language of the stream; empty if it has none. */
        String lang();

        /** Returns the credit that the stanzas of the peer use. */
        Credit credit();

        /** Counts a stanza. @return to be run when all that the stanza caused is committed; does not block */
        Runnable admit();

        /** Ends the stream. Any thread. */
        void end(StreamError error);

        /** Called before a stanza is routed. */
        default void beforeRouting(Stanza stanza) {}
    }

    private final Router router;
    private final LocalDomains local;
    private final JournalCommits commits;
    private final Mailboxes mailboxes;

    @Inject PeerStanzas(Router router, LocalDomains local, JournalCommits commits, Mailboxes mailboxes) {
        this.router = router;
        this.local = local;
        this.commits = commits;
        this.mailboxes = mailboxes;
    }

    /** Returns whether an element is a stanza in a stream with this content namespace. */
    public static boolean isStanza(Element e, String namespace) {
        return (e.namespace().equals(Stanza.CLIENT) || e.namespace().equals(namespace)) && STANZAS.contains(e.name());
    }

    /** Returns whether a domain is local. */
    public boolean isLocal(String domain) { return local.isLocal(domain); }

    /** Receives a stanza and routes it. @return the error if the stream has to end */
    public Optional<StreamError> receive(Element element, Peer peer) {
        var e = normalized(element, peer.namespace());
        var from = address(e, "from");
        var to = address(e, "to");
        if (from.isEmpty() || e.attribute("to").isEmpty())
            return Optional
                    .of(Condition.IMPROPER_ADDRESSING.because("a stanza needs 'to', and a valid address in 'from'"));
        if (!peer.speaksFor(from.get().domain())) return Optional
                .of(Condition.INVALID_FROM.because("this stream is not verified for " + from.get().domain()));
        if (to.isPresent() && !peer.mayWriteTo(to.get().domain()))
            return Optional.of(Condition.HOST_UNKNOWN.because("'" + to.get().domain() + "' is not served here"));
        var receipt = StanzaReceipt.ofPeer(peer.credit(), commits, peer.admit(), () -> peer.end(NOT_STORED));
        receipt.take();
        try {
            if (!peer.lang().isEmpty() && !e.name().equals("iq") && e.attribute(Element.XML_LANG).isEmpty())
                e = e.with(Element.XML_LANG, peer.lang()); // §8.1.5
            switch (StanzaReader.read(e, from.get(), to.map(Jid::host).orElse(peer.localDomain()))) {
                case Result.Good(var stanza) -> {
                    var refusal = to.flatMap(recipient -> peer.refusal(from.get(), recipient));
                    if (refusal.isPresent()) ErrorReplies.refuse(LOG, stanza, refusal.get(), to.get().bare(),
                            error -> router.route(error, receipt));
                    else {
                        peer.beforeRouting(stanza);
                        route(stanza, to, receipt);
                    }
                }
                case Result.Bad(var answer) -> answer.ifPresent(a -> router.route(a, receipt));
                case Result.Unknown _ -> throw new IllegalStateException("not a stanza: " + e.name());
            }
        } finally {
            receipt.giveBack();
        }
        return Optional.empty();
    }

    /** Routes a stanza. One for a domain itself is handled at once and may take long, so it leaves the I/O thread. */
    private void route(Stanza stanza, Optional<Jid> to, StanzaReceipt receipt) {
        if (to.filter(Jid::hasLocal).isPresent()) router.route(stanza, receipt);
        else mailboxes.tell(stanza.from().host(), receipt, () -> router.route(stanza, receipt));
    }

    private static Optional<Jid> address(Element e, String attribute) {
        try {
            return e.attribute(attribute).map(Jid::parse);
        } catch (JidException bad) {
            return Optional.empty();
        }
    }

    /** Returns a stanza in the namespace that the server uses inside, jabber:client. */
    private static Element normalized(Element e, String namespace) {
        boolean declared =
                e.namespace().equals(namespace) || e.children().stream().anyMatch(c -> c.namespace().equals(namespace));
        return declared ? renamed(e, namespace) : e;
    }

    private static Element renamed(Element e, String namespace) {
        if (!e.namespace().equals(namespace) && !e.namespace().equals(Stanza.CLIENT)) return e;
        var nodes = e.nodes().stream().map(n -> n instanceof Element child ? renamed(child, namespace) : n).toList();
        return e.renamed(Stanza.CLIENT, List.copyOf(nodes));
    }
}
