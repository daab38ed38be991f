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

/**
 * Stanzas of those who speak for whole domains, other servers and components (RFC 6120 §8.1.1.2, §8.1.2.2, §10.3). On
 * I/O threads: nothing blocks.
 */
public final class PeerStanzas {
    private static final StreamError NOT_STORED =
            Condition.INTERNAL_SERVER_ERROR.because("a stanza could not be stored, and is not acknowledged");
    private static final Set<String> STANZAS = Set.of("message", "presence", "iq");

    /** Who brings them, over one stream. */
    public interface Peer {
        /** The namespace of stanzas in its stream, which it may spell out. */
        String namespace();

        /** Whether it may speak for a domain. */
        boolean speaksFor(String domain);

        /** Whether it may write to a domain. */
        boolean reaches(String domain);

        /** Why a stanza goes no further, though its stream may go on; empty when it may. */
        default Optional<StanzaError> refusal(Jid from, Jid to) {
            return Optional.empty();
        }

        /** Who answers a stanza whose recipient cannot be read. */
        Jid here();

        /** The language of its stream, empty when it names none. */
        String lang();

        /** What it may have under way. */
        Credit credit();

        /** A stanza has come. @return to be run when everything that it caused is safe; must not block */
        Runnable admit();

        /** Ends its stream. Any thread. */
        void end(StreamError why);

        /** A stanza is about to go its way. */
        default void passing(Stanza stanza) {}
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

    /** Whether an element is a stanza, in a stream whose stanzas are in a namespace. */
    public static boolean isStanza(Element e, String namespace) {
        return (e.namespace().equals(Stanza.CLIENT) || e.namespace().equals(namespace)) && STANZAS.contains(e.name());
    }

    /** Whether a domain is served here. */
    public boolean isLocal(String domain) { return local.isLocal(domain); }

    /** Takes a stanza. @return why the stream has to end, if it has to */
    public Optional<StreamError> receive(Element element, Peer peer) {
        var e = here(element, peer.namespace());
        var from = address(e, "from");
        var to = address(e, "to");
        if (from.isEmpty() || e.attribute("to").isEmpty())
            return Optional.of(Condition.IMPROPER_ADDRESSING.because("a stanza of yours has 'from' and 'to'"));
        if (!peer.speaksFor(from.get().domain())) return Optional
                .of(Condition.INVALID_FROM.because("this stream is not verified for " + from.get().domain()));
        if (to.isPresent() && !peer.reaches(to.get().domain()))
            return Optional.of(Condition.HOST_UNKNOWN.because("'" + to.get().domain() + "' is not served here"));
        var receipt = StanzaReceipt.ofPeer(peer.credit(), commits, peer.admit(), () -> peer.end(NOT_STORED));
        receipt.take();
        try {
            if (!peer.lang().isEmpty() && !e.name().equals("iq") && e.attribute(Element.XML_LANG).isEmpty())
                e = e.with(Element.XML_LANG, peer.lang()); // §8.1.5
            switch (StanzaReader.read(e, from.get(), to.map(Jid::host).orElse(peer.here()))) {
                case Result.Good(var stanza) -> {
                    var refusal = to.flatMap(recipient -> peer.refusal(from.get(), recipient));
                    if (refusal.isPresent())
                        stanza.error(refusal.get()).ifPresent(error -> router.route(error, receipt));
                    else {
                        peer.passing(stanza);
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

    /** What is for a domain of ours is answered on the spot, and may take its time: so not on this thread. */
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

    /** A stanza whose namespace was spelt out, as it is in here. */
    private static Element here(Element e, String namespace) {
        boolean spelt =
                e.namespace().equals(namespace) || e.children().stream().anyMatch(c -> c.namespace().equals(namespace));
        return spelt ? renamed(e, namespace) : e;
    }

    private static Element renamed(Element e, String namespace) {
        if (!e.namespace().equals(namespace) && !e.namespace().equals(Stanza.CLIENT)) return e;
        var nodes = e.nodes().stream().map(n -> n instanceof Element child ? renamed(child, namespace) : n).toList();
        return e.renamed(Stanza.CLIENT, List.copyOf(nodes));
    }
}
