package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.routing.LocalDomains;
import im.martlet.routing.Router;
import im.martlet.session.Commits;
import im.martlet.session.Mailboxes;
import im.martlet.session.Receipt;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaReader;
import im.martlet.stanza.StanzaReader.Reading;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Stanzas that come from other servers (RFC 6120 §8.1.1.2, §8.1.2.2, §10.3). On I/O threads: nothing blocks. */
final class Inbound {
    private static final String SERVER = "jabber:server";
    private static final StreamError NOT_STORED = Condition.INTERNAL_SERVER_ERROR.because("a stanza could not be stored, and is not acknowledged");
    private static final Set<String> STANZAS = Set.of("message", "presence", "iq");

    private final Router router;
    private final LocalDomains local;
    private final Commits commits;
    private final Mailboxes mailboxes;

    @Inject Inbound(Router router, LocalDomains local, Commits commits, Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
        this.router = router;
        this.local = local;
        this.commits = commits;
    }

    static boolean isStanza(Element e) { return (e.namespace().equals(Stanza.CLIENT) || e.namespace().equals(SERVER)) && STANZAS.contains(e.name()); }

    boolean isLocal(String domain) { return local.isLocal(domain); }

    /**
     * Takes a stanza that a stream brought.
     *
     * @param verified whether the peer may speak for a domain
     * @param stream whose stanza it is
     * @return why the stream has to end, if it has to
     */
    Optional<StreamError> receive(Element element, String lang, Predicate<String> verified, ServerStream stream) {
        var e = here(element);
        var from = address(e, "from");
        var to = address(e, "to");
        if (from.isEmpty() || e.attribute("to").isEmpty()) return Optional.of(Condition.IMPROPER_ADDRESSING.because("a stanza between servers has 'from' and 'to'"));
        if (!verified.test(from.get().domain())) return Optional.of(Condition.INVALID_FROM.because("this stream is not verified for " + from.get().domain()));
        if (to.isPresent() && !local.isLocal(to.get().domain())) return Optional.of(Condition.HOST_UNKNOWN.because("'" + to.get().domain() + "' is not served here"));
        var receipt = Receipt.ofPeer(stream.wire, commits, stream.handled.admit(), () -> stream.end(NOT_STORED));
        receipt.take();
        try {
            if (!lang.isEmpty() && !e.name().equals("iq") && e.attribute(Element.XML_LANG).isEmpty()) e = e.with(Element.XML_LANG, lang); // §8.1.5
            switch (StanzaReader.read(e, from.get(), to.map(Jid::host).orElse(stream.here()))) {
                case Reading.Good(var stanza) -> route(stanza, to, receipt);
                case Reading.Bad(var answer) -> answer.ifPresent(a -> router.route(a, receipt));
                case Reading.Unknown _ -> throw new IllegalStateException("not a stanza: " + e.name());
            }
        } finally {
            receipt.giveBack();
        }
        return Optional.empty();
    }

    /** What is for a domain of ours is answered on the spot, and may take its time: so not on this thread. */
    private void route(Stanza stanza, Optional<Jid> to, Receipt receipt) {
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
    private static Element here(Element e) {
        boolean spelt = e.namespace().equals(SERVER) || e.children().stream().anyMatch(c -> c.namespace().equals(SERVER));
        return spelt ? renamed(e) : e;
    }

    private static Element renamed(Element e) {
        if (!e.namespace().equals(SERVER) && !e.namespace().equals(Stanza.CLIENT)) return e;
        var nodes = e.nodes().stream().map(n -> n instanceof Element child ? renamed(child) : n).toList();
        return e.renamed(Stanza.CLIENT, List.copyOf(nodes));
    }
}
