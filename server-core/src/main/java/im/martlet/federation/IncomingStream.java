package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.net.Transport;
import im.martlet.spec.Xep;
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
 * A stream that a remote server has opened: STARTTLS, then SASL EXTERNAL or dialback (RFC 6120 §5, §6, XEP-0178 §3,
 * XEP-0220).
 */
@Xep(number = 178, title = "Best Practices for Use of SASL EXTERNAL with Certificates", version = "1.2",
        note = "between servers")
final class IncomingStream extends ServerStream {
    private static final int MOST_STREAMS = 20; // of one domain

    private final String anyHost;
    private final BiConsumer<IncomingStream, DomainPair> whenBidi;
    private final Runnable whenVerified;
    private String local = ""; // empty before the first header
    private String remote = ""; // as the header says; trusted only when verified
    private boolean authenticated; // by SASL, once

    /**
     * @param anyHost a host of this server, for errors before the header names a local domain
     * @param whenBidi called with two domains when the stream may carry stanzas of the local one too (XEP-0288)
     * @param whenVerified called once, when the first domain is verified
     */
    IncomingStream(Transport transport, ServerStreams shared, String anyHost,
            BiConsumer<IncomingStream, DomainPair> whenBidi, Runnable whenVerified) {
        super(transport, shared);
        this.anyHost = anyHost;
        this.whenBidi = whenBidi;
        this.whenVerified = whenVerified;
    }

    @Override public Jid localDomain() { return Jid.of("", local.isEmpty() ? anyHost : local, ""); }

    @Override DomainPair pair() { return new DomainPair(local, remote); }

    @Override boolean acceptsStanzas() { return true; }

    @Override boolean choosesId() { return true; }

    @Override boolean isEstablished() { return isVerified(); }

    @Override public void header(StreamHeader header) {
        var e = header.element();
        var to = domain(e, "to").filter(shared.inbound()::isLocal);
        if (!e.namespace().equals(STREAMS) || !header.contentNamespace().equals(SERVER))
            refuse(Condition.INVALID_NAMESPACE, "this port is for servers, which use the namespace jabber:server");
        else if (!e.name().equals("stream")) refuse(Condition.BAD_FORMAT, "a stream begins with <stream>");
        else if (e.attribute("version").filter(v -> v.matches("0*1\\.\\d+")).isEmpty())
            refuse(Condition.UNSUPPORTED_VERSION, "this server needs version 1.0");
        else if (to.isEmpty()) refuse(Condition.HOST_UNKNOWN, "'to' names no domain that this server serves");
        else if (!local.isEmpty() && !to.get().equals(local))
            refuse(Condition.POLICY_VIOLATION, "the domain of a stream must not change");
        else open(to.get(), e);
    }

    private void open(String to, Element header) {
        local = to;
        lang = header.attribute(Element.XML_LANG).orElse("");
        var from = domain(header, "from");
        var refusal = from.flatMap(peer -> shared.policy().refusal(to, peer));
        if (refusal.isPresent()) refuse(Condition.POLICY_VIOLATION, refusal.get());
        else if (authenticated && from.isPresent() && !from.get().equals(remote))
            refuse(Condition.INVALID_FROM, "this stream is authenticated as " + remote);
        else {
            if (!authenticated) remote = from.orElse("");
            introduce();
            offer();
            if (authenticated) {
                settle();
                if (bidi) whenBidi.accept(this, pair()); // not before: stanzas belong to the new stream
            }
        }
    }

    private void refuse(Condition condition, String why) { connection.end(condition.because(why)); }

    @Override public void introduce() {
        id = RandomIds.next();
        var out = header().attribute("id", id).attribute("from", localDomain().domain());
        if (!remote.isEmpty()) out.attribute("to", remote);
        connection.open(out.raw(">").toBytes());
    }

    private void offer() {
        var features = new ArrayList<Element>();
        boolean secure = connection.isSecure();
        boolean plain = shared.settings().security() == FederationSettings.Security.PLAIN;
        if (!secure) features.add(
                plain ? Element.of(TLS, "starttls") : Element.of(TLS, "starttls").with(Element.of(TLS, "required")));
        if (secure && !authenticated && isCertified())
            features.add(Element.of(SASL, "mechanisms").with(Element.of(SASL, "mechanism").withText("EXTERNAL")));
        if (secure || plain) {
            if (!authenticated && shared.settings().security() != FederationSettings.Security.CERTIFICATE)
                features.add(Element.of(DIALBACK_FEATURE, "dialback").with(Element.of(DIALBACK_FEATURE, "errors")));
            if (!isVerified()) features.add(Element.of(BIDI_FEATURE, "bidi"));
            features.add(Element.of(SM, "sm"));
        }
        connection.send(
                new XmlWriter().raw("<stream:features>").nodes(features, Namespaces.CLIENT).raw("</stream:features>")
                        .toBytes());
    }

    private boolean isCertified() {
        return !remote.isEmpty() && !shared.inbound().isLocal(remote)
                && shared.trust().refusal(connection.peerCertificates(), remote).isEmpty();
    }

    @Override void negotiate(Element e) {
        boolean mayBeInTheClear = shared.settings().security() == FederationSettings.Security.PLAIN;
        if (e.is(TLS, "starttls")) startTls();
        else if (!connection.isSecure() && !mayBeInTheClear)
            connection.end(Condition.POLICY_VIOLATION.because("TLS is required first"));
        else if (e.is(SASL, "auth")) authenticate(e);
        else if (e.is(BIDI, "bidi") && !isVerified()) bidi = true;
        else if (e.is(DIALBACK, "result") && e.attribute("type").isEmpty()) authorize(e);
        else if (e.is(DIALBACK, "verify") && e.attribute("type").isEmpty()) verify(e);
        else if (e.is(DIALBACK, "result") || e.is(DIALBACK, "verify")) return; // an answer without a question (§3.1)
        else if (e.is(STREAMS, "error")) connection.finish();
        else connection.end(Condition.UNSUPPORTED_STANZA_TYPE
                .because("not a stanza, and not an offered feature: " + e.name()));
    }

    private void startTls() {
        if (connection.isSecure()) {
            connection.send(Element.of(TLS, "failure"));
            connection.finish();
        } else connection.startTls(Element.of(TLS, "proceed"), local);
    }

    /** Authenticates the domain in the header, which must be in the certificate (XEP-0178 §3). */
    private void authenticate(Element auth) {
        var requested = authorization(auth.text().strip());
        if (authenticated) connection.end(Condition.POLICY_VIOLATION.because("this stream is already authenticated"));
        else if (auth.attribute("mechanism").filter("EXTERNAL"::equals).isEmpty()) failure("invalid-mechanism");
        else if (requested.isEmpty() || !requested.get().isEmpty() && !requested.get().equals(remote))
            failure("invalid-authzid");
        else if (!isCertified()) failure("not-authorized");
        else {
            authenticated = true;
            connection.restart();
            connection.send(Element.of(SASL, "success"));
            verified(pair(), shared.trust().reason(connection.peerCertificates(), remote).orElse("certificate"));
        }
    }

    private void failure(String condition) {
        connection.send(Element.of(SASL, "failure").with(Element.of(SASL, condition)));
    }

    /** Returns the requested identity: an empty text if there is none, nothing if it cannot be read. */
    private static Optional<String> authorization(String text) {
        if (text.isEmpty() || text.equals("=")) return Optional.of("");
        try {
            var name = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            return domain(Element.of("", "x").with("name", name), "name");
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override void verified(DomainPair pair, String reason) {
        boolean first = !isVerified();
        if (first && shared.open().all().filter(s -> s.domains().contains(pair.remote())).count() >= MOST_STREAMS) {
            refuse(Condition.RESOURCE_CONSTRAINT, pair.remote() + " has too many streams: " + MOST_STREAMS);
            return;
        }
        super.verified(pair, reason);
        if (first) whenVerified.run();
        if (bidi && first && !authenticated) whenBidi.accept(this, pair);
    }

    /** Tells whether this server made a key (XEP-0220 §2.2.2). */
    private void verify(Element e) {
        var from = domain(e, "from");
        var to = domain(e, "to");
        var streamId = e.attribute("id").orElse("");
        if (from.isEmpty() || to.isEmpty() || streamId.isEmpty() || streamId.length() > 200) {
            connection.end(
                    Condition.IMPROPER_ADDRESSING.because("a key to verify needs two domains and the id of a stream"));
            return;
        }
        var pair = new DomainPair(to.get(), from.get());
        if (!shared.inbound().isLocal(pair.local())) answer("verify", pair, streamId, "error", "item-not-found");
        else answer("verify", pair, streamId,
                shared.keys().isRight(e.text().strip(), pair.remote(), pair.local(), streamId) ? "valid" : "invalid",
                "");
    }

    @Override void managementAnswered(boolean enabled) {} // this server asks only on its own streams

    List<String> speaksFor() { return domains().stream().sorted().toList(); }
}
