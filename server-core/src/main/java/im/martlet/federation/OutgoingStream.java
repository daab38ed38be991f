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

/** A stream that this server opens to a remote server, to send stanzas or to verify a dialback key. */
final class OutgoingStream extends ServerStream {
    /** The purpose of a stream. */
    sealed interface Purpose {
        /** Sending stanzas. */
        record Stanzas() implements Purpose {}

        /** Asking whether the remote server made a key that was shown on another stream (XEP-0220 §2.1.2). */
        record Key(String streamId, String key) implements Purpose {}
    }

    private final DomainPair pair;
    private final Purpose purpose;
    private final boolean directTls;
    private final CompletableFuture<ConnectionOutcome> outcome = new CompletableFuture<>();
    private Element features = Element.of(STREAMS, "features");
    private boolean authenticated; // by SASL
    private boolean saslTried;
    private boolean keySent; // for dialback

    OutgoingStream(Transport transport, ServerStreams shared, DomainPair pair, Purpose purpose, boolean directTls) {
        super(transport, shared);
        this.pair = pair;
        this.purpose = purpose;
        this.directTls = directTls;
    }

    @Override public Jid localDomain() { return Jid.of("", pair.local(), ""); }

    @Override DomainPair pair() { return pair; }

    /** Stanzas come over a stream of this server only with XEP-0288. */
    @Override boolean acceptsStanzas() {
        return bidi && isVerified();
    }

    @Override boolean choosesId() { return false; }

    /** Begins the negotiation. @return its outcome, completed on the mailbox */
    CompletableFuture<ConnectionOutcome> begin(Transport transport) {
        transport.handler(connection);
        connection.tell(() -> {
            if (directTls) connection.connectTls(pair.local(), pair.remote(), "xmpp-server");
            introduce();
        });
        return outcome;
    }

    @Override public void introduce() {
        connection.open(header().attribute("from", pair.local()).attribute("to", pair.remote()).raw(">").toBytes());
    }

    @Override public void header(StreamHeader header) {
        id = header.element().attribute("id").orElse("");
        lang = header.element().attribute(Element.XML_LANG).orElse("");
        if (!header.element().namespace().equals(STREAMS) || !header.contentNamespace().equals(SERVER))
            fail("it does not speak jabber:server, but " + header.contentNamespace());
        else if (header.element().attribute("version").filter(v -> v.matches("0*1\\.\\d+")).isEmpty())
            fail("its version of XMPP is older than 1.0");
    }

    private void fail(String why) { fail(why, ""); }

    private void fail(String why, String advice) {
        outcome.complete(ConnectionOutcome.failed(pair.remote() + ": " + why).advising(advice));
        connection.finish();
    }

    @Override void negotiate(Element e) {
        if (e.is(STREAMS, "features")) features(e);
        else if (e.is(TLS, "proceed") && !connection.isSecure()) {
            connection.connectTls(pair.local(), pair.remote(), "");
            introduce();
        } else if (e.is(TLS, "failure")) fail("it refuses TLS");
        else if (e.is(SASL, "success") && saslTried && !authenticated) {
            authenticated = true;
            verifiedBy = verification();
            connection.restart();
            introduce();
        } else if (e.is(SASL, "failure") && saslTried && !authenticated)
            dialback("it does not accept our certificate (" + condition(e) + ")");
        else if (e.is(DIALBACK, "result")) {
            if (e.attribute("type").isEmpty() && acceptsStanzas()) authorize(e); // a key for another remote domain
            else result(e);
        } else if (e.is(DIALBACK, "verify")) verified(e);
        else if (e.is(STREAMS, "error")) refused(e);
        else connection.end(Condition.UNSUPPORTED_STANZA_TYPE
                .because("not a stanza, and not an answer to this server: " + e.name()));
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
                new ConnectionOutcome.Failed(unknown,
                        pair.remote() + " has ended the stream: " + condition(error) + text));
        connection.finish();
    }

    private void features(Element offered) {
        if (isEstablished()) return;
        features = offered;
        if (!connection.isSecure() && has(TLS, "starttls")) connection.send(Element.of(TLS, "starttls"));
        else if (!connection.isSecure() && shared.settings().security() != FederationSettings.Security.PLAIN)
            fail("it offers no TLS",
                    "its admin has to switch TLS on, or set secure = \"plain\" in [federation] of this server");
        else if (purpose instanceof Purpose.Key(var streamId, var key)) ask("verify", pair, streamId, key);
        else if (authenticated) ready();
        else authenticate();
    }

    private boolean has(String namespace, String name) { return features.child(namespace, name).isPresent(); }

    /** Authenticates with the certificate (RFC 6120 §13.7), if the certificate of the remote server is trusted. */
    private void authenticate() {
        var refusal = shared.trust().refusal(connection.peerCertificates(), pair.remote());
        if (refusal.isPresent() && shared.settings().security() == FederationSettings.Security.CERTIFICATE) {
            fail(refusal.get(), "it needs a certificate for " + pair.remote()
                    + " from a trusted authority; or set secure = \"dialback\" in [federation] of this server");
            return;
        }
        if (has(BIDI_FEATURE, "bidi") && connection.isSecure()) {
            connection.send(Element.of(BIDI, "bidi"));
            bidi = true;
        }
        boolean external = features.child(SASL, "mechanisms").stream().flatMap(m -> m.children().stream())
                .anyMatch(m -> m.text().strip().equals("EXTERNAL"));
        if (!external) dialback("it does not offer SASL EXTERNAL");
        else {
            saslTried = true;
            connection.send(Element.of(SASL, "auth").with("mechanism", "EXTERNAL")
                    .withText(Base64.getEncoder().encodeToString(pair.local().getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** Sends a key (XEP-0220 §2.1.1). Many servers know dialback and do not list it in their features. */
    private void dialback(String problem) {
        if (keySent || shared.settings().security() == FederationSettings.Security.CERTIFICATE
                && !has(DIALBACK_FEATURE, "dialback")) {
            fail(problem,
                    "run martlet check: " + pair.local() + " needs a certificate that other servers trust");
            return;
        }
        keySent = true;
        ask("result", pair, "", shared.keys().key(pair.remote(), pair.local(), id));
    }

    /** Handles the answer to the key that was sent on this stream (§3.1); ignores others. */
    private void result(Element e) {
        if (!keySent || isEstablished() || !isOfPair(e)) return;
        switch (e.attribute("type").orElse("")) {
            case "valid" -> {
                verifiedBy = verification();
                ready();
            }
            case "invalid" -> { // §2.1.1
                outcome.complete(new ConnectionOutcome.Failed(StanzaError.Condition.INTERNAL_SERVER_ERROR,
                        pair.remote() + " says that the dialback key of this server is wrong"));
                connection.finish();
            }
            default -> fail(
                    "it could not verify " + pair.local() + " by dialback"
                            + e.children().stream().findFirst().map(x -> " (" + condition(x) + ")").orElse(""),
                    "it has to find and reach this server as " + pair.local() + ": run martlet check");
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
                    .complete(new ConnectionOutcome.Failed(true,
                            pair.remote() + " says that it does not serve that domain"));
        }
        connection.finish();
    }

    private void ready() {
        connection.enter(shared.after(), shared.policy().throttle(pair.remote()));
        if (bidi) verified(pair, verifiedBy); // stanzas of the domain may come back (XEP-0288 §2.2)
        if (has(SM, "sm")) connection.send(Element.of(SM, "enable"));
        else complete();
    }

    @Override void managementAnswered(boolean enabled) {
        if (isEstablished() || verifiedBy.isEmpty()) return;
        if (enabled) startManagement();
        complete();
    }

    private void complete() {
        settle();
        outcome.complete(new ConnectionOutcome.Ready(this));
    }

    /** Returns how the remote server is verified: by its certificate, or else by DNS, as dialback is. */
    private String verification() {
        return shared.trust().reason(connection.peerCertificates(), pair.remote()).orElse("dialback");
    }

    @Override boolean isEstablished() { return outcome.isDone(); }

    @Override public void gone() {
        outcome.complete(ConnectionOutcome.failed(
                pair.remote() + " has closed the stream" + (connection.isSecure() ? "" : " before TLS began")));
        super.gone();
    }
}
