package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.net.Transport;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A stream that we open to another server, to send it stanzas or to ask about a key. */
final class OutgoingStream extends ServerStream {
    /** What it is for. */
    sealed interface Purpose {
        record Stanzas() implements Purpose {}

        /** XEP-0220 §2.1.2: whether a key that was shown on a stream is one of theirs. */
        record Key(String streamId, String key) implements Purpose {}
    }

    private final DomainPair pair;
    private final Purpose purpose;
    private final boolean directTls;
    private final CompletableFuture<ConnectionOutcome> outcome = new CompletableFuture<>();
    private Element features = Element.of(STREAMS, "features");
    private boolean authenticated; // by SASL
    private boolean saslTried;
    private boolean asked; // by dialback

    OutgoingStream(Transport transport, ServerStreams kind, DomainPair pair, Purpose purpose, boolean directTls) {
        super(transport, kind);
        this.pair = pair;
        this.purpose = purpose;
        this.directTls = directTls;
    }

    @Override public Jid here() { return Jid.of("", pair.local(), ""); }

    @Override DomainPair pair() { return pair; }

    /** The peer sends here only what XEP-0288 was agreed for. */
    @Override boolean takes() {
        return bidi && isVerified();
    }

    @Override boolean namesItself() { return false; }

    /** Begins. @return how it went: the stream is ready, or the key is verified, or it is over */
    CompletableFuture<ConnectionOutcome> begin(Transport transport) {
        transport.handler(wire);
        wire.tell(() -> {
            if (directTls) wire.connectTls(pair.local(), pair.remote(), "xmpp-server");
            introduce();
        });
        return outcome;
    }

    @Override public void introduce() {
        wire.open(header().attribute("from", pair.local()).attribute("to", pair.remote()).raw(">").toBytes());
    }

    @Override public void header(StreamHeader header) {
        id = header.element().attribute("id").orElse("");
        lang = header.element().attribute(Element.XML_LANG).orElse("");
        if (!header.element().namespace().equals(STREAMS) || !header.contentNamespace().equals(SERVER))
            fail("it does not speak XMPP between servers, but " + header.contentNamespace());
        else if (header.element().attribute("version").filter(v -> v.matches("0*1\\.\\d+")).isEmpty())
            fail("it speaks an XMPP older than 1.0");
    }

    private void fail(String why) { fail(why, ""); }

    private void fail(String why, String advice) {
        outcome.complete(ConnectionOutcome.failed(pair.remote() + ": " + why).advising(advice));
        wire.finish();
    }

    @Override void negotiate(Element e) {
        if (e.is(STREAMS, "features")) features(e);
        else if (e.is(TLS, "proceed") && !wire.isSecure()) {
            wire.connectTls(pair.local(), pair.remote(), "");
            introduce();
        } else if (e.is(TLS, "failure")) fail("it refuses TLS");
        else if (e.is(SASL, "success") && saslTried && !authenticated) {
            authenticated = true;
            how = believed();
            wire.restart();
            introduce();
        } else if (e.is(SASL, "failure") && saslTried && !authenticated)
            dialback("it does not accept our certificate (" + condition(e) + ")");
        else if (e.is(DIALBACK, "result") && e.attribute("type").isEmpty() && takes()) authorize(e); // another domain of theirs
        else if (e.is(DIALBACK, "result")) result(e);
        else if (e.is(DIALBACK, "verify")) verified(e);
        else if (e.is(STREAMS, "error")) refused(e);
        else wire.end(Condition.UNSUPPORTED_STANZA_TYPE
                .because("neither a stanza nor anything that was asked for: " + e.name()));
    }

    private static String condition(Element e) {
        return e.children().isEmpty() ? "no reason" : e.children().getFirst().name();
    }

    private void refused(Element error) {
        boolean unknown = error.children().stream()
                .anyMatch(c -> c.name().equals("host-unknown") || c.name().equals("host-gone"));
        String text = error.children().stream().filter(c -> c.name().equals("text")).map(c -> ", \"" + c.text() + "\"")
                .findFirst().orElse("");
        outcome.complete(
                new ConnectionOutcome.Failed(unknown, pair.remote() + " ends the stream: " + condition(error) + text));
        wire.finish();
    }

    private void features(Element offered) {
        if (isEstablished()) return;
        features = offered;
        if (!wire.isSecure() && has(TLS, "starttls")) wire.send(Element.of(TLS, "starttls"));
        else if (!wire.isSecure() && kind.settings().security() != FederationSettings.Security.PLAIN)
            fail("it offers no TLS",
                    "its admin has to switch TLS on; with secure = \"plain\" this server would do without");
        else if (purpose instanceof Purpose.Key(var streamId, var key)) ask("verify", pair, streamId, key);
        else if (authenticated) ready();
        else authenticate();
    }

    private boolean has(String namespace, String name) { return features.child(namespace, name).isPresent(); }

    /** RFC 6120 §13.7: the server has to be the one that we looked for, if certificates are to count. */
    private void authenticate() {
        var refusal = kind.trust().refusal(wire.peerCertificates(), pair.remote());
        if (refusal.isPresent() && kind.settings().security() == FederationSettings.Security.CERTIFICATE) {
            fail(refusal.get(), "it needs a certificate for " + pair.remote()
                    + " by an authority that is believed; with secure = \"dialback\" this server would do without");
            return;
        }
        if (has(BIDI_FEATURE, "bidi") && wire.isSecure()) {
            wire.send(Element.of(BIDI, "bidi"));
            bidi = true;
        }
        boolean external = features.child(SASL, "mechanisms").stream().flatMap(m -> m.children().stream())
                .anyMatch(m -> m.text().strip().equals("EXTERNAL"));
        if (!external) dialback("it offers no way to authenticate");
        else {
            saslTried = true;
            wire.send(Element.of(SASL, "auth").with("mechanism", "EXTERNAL")
                    .withText(Base64.getEncoder().encodeToString(pair.local().getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** XEP-0220 §2.1.1. Many that know dialback do not say so in their features. */
    private void dialback(String otherwise) {
        if (asked || kind.settings().security() == FederationSettings.Security.CERTIFICATE
                && !has(DIALBACK_FEATURE, "dialback")) {
            fail(otherwise,
                    "see with martlet check whether " + pair.local() + " has a certificate that others believe");
            return;
        }
        asked = true;
        ask("result", pair, "", kind.keys().key(pair.remote(), pair.local(), id));
    }

    /** §3.1: only what was asked on this stream is an answer. */
    private void result(Element e) {
        if (!asked || isEstablished() || !isOfPair(e)) return;
        switch (e.attribute("type").orElse("")) {
            case "valid" -> {
                how = believed();
                ready();
            }
            case "invalid" -> { // §2.1.1
                outcome.complete(new ConnectionOutcome.Failed(StanzaError.Condition.INTERNAL_SERVER_ERROR,
                        pair.remote() + " takes our dialback key for a forgery"));
                wire.finish();
            }
            default -> fail(
                    "it could not verify " + pair.local() + " by dialback"
                            + e.children().stream().findFirst().map(x -> " (" + condition(x) + ")").orElse(""),
                    "it has to find and reach this server at " + pair.local() + ": see martlet check");
        }
    }

    private boolean isOfPair(Element e) {
        return domain(e, "from").equals(Optional.of(pair.remote()))
                && domain(e, "to").equals(Optional.of(pair.local()));
    }

    private void verified(Element e) {
        if (!(purpose instanceof Purpose.Key(var streamId, _)) || !isOfPair(e)
                || e.attribute("id").filter(streamId::equals).isEmpty())
            return;
        switch (e.attribute("type").orElse("")) {
            case "valid" -> outcome.complete(new ConnectionOutcome.Verified(true));
            case "invalid" -> outcome.complete(new ConnectionOutcome.Verified(false));
            default -> outcome
                    .complete(new ConnectionOutcome.Failed(true, pair.remote() + " says that it is not served there"));
        }
        wire.finish();
    }

    private void ready() {
        wire.enter(kind.after(), kind.policy().throttle(pair.remote()));
        if (bidi) verified(pair, how); // what may be sent to them may come from them (XEP-0288 §2.2)
        if (has(SM, "sm")) wire.send(Element.of(SM, "enable"));
        else complete();
    }

    @Override void managementAnswered(boolean enabled) {
        if (isEstablished() || how.isEmpty()) return;
        if (enabled) manage();
        complete();
    }

    private void complete() {
        settle();
        outcome.complete(new ConnectionOutcome.Ready(this));
    }

    /**
     * For what the peer is taken for the server of its domain: for its certificate, or because DNS says so, as with
     * dialback.
     */
    private String believed() {
        return kind.trust().reason(wire.peerCertificates(), pair.remote()).orElse("dialback");
    }

    @Override boolean isEstablished() { return outcome.isDone(); }

    @Override public void gone() {
        outcome.complete(ConnectionOutcome.failed(
                pair.remote() + " has closed the stream" + (wire.isSecure() ? "" : ", perhaps because of TLS")));
        super.gone();
    }
}
