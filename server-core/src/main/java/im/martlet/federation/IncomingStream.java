package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.net.Transport;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A stream that another server has opened: STARTTLS, then SASL EXTERNAL or dialback (RFC 6120 §5, §6, XEP-0178 §3,
 * XEP-0220).
 */
final class IncomingStream extends ServerStream {
    private static final int MOST_STREAMS = 20; // of one domain

    private final String anyHost;
    private final BiConsumer<IncomingStream, DomainPair> whenBidi;
    private final Runnable whenVerified;
    private String local = ""; // from the first header on
    private String remote = ""; // what the header says; believed only when verified
    private boolean authenticated; // by SASL, which is done once

    /**
     * @param anyHost a host of ours, to speak for when the peer asks for none
     * @param whenBidi told of a pair that the stream may carry stanzas for, back to the peer
     * @param whenVerified told once, when the peer has become somebody
     */
    IncomingStream(Transport transport, ServerStreams kind, String anyHost,
            BiConsumer<IncomingStream, DomainPair> whenBidi, Runnable whenVerified) {
        super(transport, kind);
        this.anyHost = anyHost;
        this.whenBidi = whenBidi;
        this.whenVerified = whenVerified;
    }

    @Override public Jid here() { return Jid.of("", local.isEmpty() ? anyHost : local, ""); }

    @Override DomainPair pair() { return new DomainPair(local, remote); }

    @Override boolean takes() { return true; }

    @Override boolean namesItself() { return true; }

    @Override boolean isEstablished() { return isVerified(); }

    @Override public void header(StreamHeader header) {
        var e = header.element();
        var to = domain(e, "to").filter(kind.inbound()::isLocal);
        if (!e.namespace().equals(STREAMS) || !header.contentNamespace().equals(SERVER))
            refuse(Condition.INVALID_NAMESPACE, "servers speak jabber:server here");
        else if (!e.name().equals("stream")) refuse(Condition.BAD_FORMAT, "a stream begins with <stream>");
        else if (e.attribute("version").filter(v -> v.matches("0*1\\.\\d+")).isEmpty())
            refuse(Condition.UNSUPPORTED_VERSION, "version 1.0 is spoken here");
        else if (to.isEmpty()) refuse(Condition.HOST_UNKNOWN, "'to' names no domain that is served here");
        else if (!local.isEmpty() && !to.get().equals(local))
            refuse(Condition.POLICY_VIOLATION, "the domain of a stream cannot change");
        else open(to.get(), e);
    }

    private void open(String to, Element header) {
        local = to;
        lang = header.attribute(Element.XML_LANG).orElse("");
        var from = domain(header, "from");
        var refusal = from.flatMap(peer -> kind.policy().refusal(to, peer));
        if (refusal.isPresent()) refuse(Condition.POLICY_VIOLATION, refusal.get());
        else if (authenticated && from.isPresent() && !from.get().equals(remote))
            refuse(Condition.INVALID_FROM, "you are " + remote);
        else {
            if (!authenticated) remote = from.orElse("");
            introduce();
            offer();
            if (authenticated) {
                settle();
                if (bidi) whenBidi.accept(this, pair()); // not before: what is sent belongs into the new stream
            }
        }
    }

    private void refuse(Condition condition, String why) { wire.end(condition.because(why)); }

    @Override public void introduce() {
        id = RandomIds.next();
        var out = header().attribute("id", id).attribute("from", here().domain());
        if (!remote.isEmpty()) out.attribute("to", remote);
        wire.open(out.raw(">").toBytes());
    }

    private void offer() {
        var features = new ArrayList<Element>();
        boolean secure = wire.isSecure();
        boolean plain = kind.settings().security() == FederationSettings.Security.PLAIN;
        if (!secure) features.add(
                plain ? Element.of(TLS, "starttls") : Element.of(TLS, "starttls").with(Element.of(TLS, "required")));
        if (secure && !authenticated && isCertified())
            features.add(Element.of(SASL, "mechanisms").with(Element.of(SASL, "mechanism").withText("EXTERNAL")));
        if (secure || plain) {
            if (!authenticated && kind.settings().security() != FederationSettings.Security.CERTIFICATE)
                features.add(Element.of(DIALBACK_FEATURE, "dialback").with(Element.of(DIALBACK_FEATURE, "errors")));
            if (!isVerified()) features.add(Element.of(BIDI_FEATURE, "bidi"));
            features.add(Element.of(SM, "sm"));
        }
        wire.send(new XmlWriter().raw("<stream:features>").nodes(features, Namespaces.CLIENT).raw("</stream:features>")
                .toBytes());
    }

    private boolean isCertified() {
        return !remote.isEmpty() && !kind.inbound().isLocal(remote)
                && kind.trust().refusal(wire.peerCertificates(), remote).isEmpty();
    }

    @Override void negotiate(Element e) {
        boolean mayBeInTheClear = kind.settings().security() == FederationSettings.Security.PLAIN;
        if (e.is(TLS, "starttls")) startTls();
        else if (!wire.isSecure() && !mayBeInTheClear) wire.end(Condition.POLICY_VIOLATION.because("TLS first"));
        else if (e.is(SASL, "auth")) authenticate(e);
        else if (e.is(BIDI, "bidi") && !isVerified()) bidi = true;
        else if (e.is(DIALBACK, "result") && e.attribute("type").isEmpty()) authorize(e);
        else if (e.is(DIALBACK, "verify") && e.attribute("type").isEmpty()) verify(e);
        else if (e.is(DIALBACK, "result") || e.is(DIALBACK, "verify")) {
        } // an answer that nobody has asked for (§3.1)
        else if (e.is(STREAMS, "error")) wire.finish();
        else wire.end(Condition.UNSUPPORTED_STANZA_TYPE
                .because("neither a stanza nor anything that is on offer: " + e.name()));
    }

    private void startTls() {
        if (wire.isSecure()) {
            wire.send(Element.of(TLS, "failure"));
            wire.finish();
        } else wire.startTls(Element.of(TLS, "proceed"), local);
    }

    /** XEP-0178 §3: the identity is what the header says, and has to be in the certificate. */
    private void authenticate(Element auth) {
        var wanted = authorization(auth.text().strip());
        if (authenticated) wire.end(Condition.POLICY_VIOLATION.because("already authenticated"));
        else if (auth.attribute("mechanism").filter("EXTERNAL"::equals).isEmpty()) failure("invalid-mechanism");
        else if (wanted.isEmpty() || !wanted.get().isEmpty() && !wanted.get().equals(remote))
            failure("invalid-authzid");
        else if (!isCertified()) failure("not-authorized");
        else {
            authenticated = true;
            wire.restart();
            wire.send(Element.of(SASL, "success"));
            verified(pair(), kind.trust().reason(wire.peerCertificates(), remote).orElse("certificate"));
        }
    }

    private void failure(String condition) { wire.send(Element.of(SASL, "failure").with(Element.of(SASL, condition))); }

    /** Who the peer wants to be; empty text when it does not say, nothing when it cannot be read. */
    private static Optional<String> authorization(String text) {
        if (text.isEmpty() || text.equals("=")) return Optional.of("");
        try {
            var name = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            return domain(Element.of("", "x").with("name", name), "name");
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override void verified(DomainPair pair, String how) {
        boolean first = !isVerified();
        if (first && kind.open().all().filter(s -> s.domains().contains(pair.remote())).count() >= MOST_STREAMS) {
            refuse(Condition.RESOURCE_CONSTRAINT, "there are " + MOST_STREAMS + " streams of " + pair.remote());
            return;
        }
        super.verified(pair, how);
        if (first) whenVerified.run();
        if (bidi && first && !authenticated) whenBidi.accept(this, pair);
    }

    /** XEP-0220 §2.2.2: did we make this key? */
    private void verify(Element e) {
        var from = domain(e, "from");
        var to = domain(e, "to");
        var asked = e.attribute("id").orElse("");
        if (from.isEmpty() || to.isEmpty() || asked.isEmpty() || asked.length() > 200) {
            wire.end(Condition.IMPROPER_ADDRESSING.because("a key is verified for two domains and a stream"));
            return;
        }
        var pair = new DomainPair(to.get(), from.get());
        if (!kind.inbound().isLocal(pair.local())) answer("verify", pair, asked, "error", "item-not-found");
        else answer("verify", pair, asked,
                kind.keys().isRight(e.text().strip(), pair.remote(), pair.local(), asked) ? "valid" : "invalid", "");
    }

    @Override void managementAnswered(boolean enabled) {} // we have not asked

    List<String> speaksFor() { return domains().stream().sorted().toList(); }
}
