package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.auth.SaslChannel;
import im.martlet.auth.SaslExchange;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * What has been agreed on a stream so far. It only grows: host and user are set once.
 *
 * @param host the domain that the client asked for
 * @param channel the connection as far as authentication cares
 * @param from who the client says it is going to be, a bare JID of the host; nothing but a hint
 * @param login who was authenticated, and how
 * @param pending an authentication under way
 * @param failures attempts to authenticate that failed on this stream
 */
public record StreamState(String host, SaslChannel channel, Optional<Jid> from, Optional<Login> login,
        Optional<OpenExchange> pending, int failures) {
    /** A client that has said nothing of itself. */
    public static final Client NAMELESS = new Client("", "", "");

    /**
     * Somebody who was let in.
     *
     * @param user bare JID
     * @param client as it describes itself, all texts empty when it does not
     * @param bound whether there is a session
     */
    public record Login(Jid user, String mechanism, Client client, boolean bound) {}

    /** @param request what came with it (XEP-0388); empty when that is not how it was begun */
    public record OpenExchange(SaslExchange exchange, Optional<Element> request) {}

    /** A stream that was opened. */
    public static StreamState opened(String host, SaslChannel channel) {
        return opened(host, channel, Optional.empty());
    }

    public static StreamState opened(String host, SaslChannel channel, Optional<Jid> from) {
        return new StreamState(host, channel, from, Optional.empty(), Optional.empty(), 0);
    }

    public boolean isAuthenticated() { return login.isPresent(); }

    /** Whether there is a session, so that no other can be asked for. */
    public boolean isBound() {
        return login.filter(Login::bound).isPresent();
    }

    /** The bare JID that was authenticated. */
    public Optional<Jid> user() { return login.map(Login::user); }

    /** With which somebody was authenticated; empty before. */
    public String mechanism() {
        return login.map(Login::mechanism).orElse("");
    }

    /** What the client says of itself. */
    public Client client() { return login.map(Login::client).orElse(NAMELESS); }

    public StreamState authenticating(SaslExchange exchange) {
        return pending(new OpenExchange(exchange, Optional.empty()));
    }

    public StreamState authenticating(SaslExchange exchange, Element request) {
        return pending(new OpenExchange(exchange, Optional.of(request)));
    }

    private StreamState pending(OpenExchange begun) {
        return new StreamState(host, channel, from, login, Optional.of(begun), failures);
    }

    public StreamState failed() { return new StreamState(host, channel, from, login, Optional.empty(), failures + 1); }

    public StreamState authenticated(Jid user, String mechanism) { return authenticated(user, mechanism, NAMELESS); }

    public StreamState authenticated(Jid user, String mechanism, Client client) {
        if (isAuthenticated()) throw new IllegalStateException("a stream has one user");
        return new StreamState(host, channel, from, Optional.of(new Login(user, mechanism, client, false)),
                Optional.empty(), failures);
    }

    public StreamState bound() {
        return new StreamState(host, channel, from,
                login.map(l -> new Login(l.user(), l.mechanism(), l.client(), true)), Optional.empty(), failures);
    }
}
