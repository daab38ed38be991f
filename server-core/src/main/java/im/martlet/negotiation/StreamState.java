package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.auth.SaslChannel;
import im.martlet.auth.SaslExchange;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * The result of a stream's negotiation so far. It only grows: host and user are set once.
 *
 * @param host the domain in the client's stream header
 * @param channel the connection, as authentication uses it
 * @param from the account that the client announces in its header, a bare JID of the host; only a hint
 * @param login the authenticated user; empty before authentication
 * @param pending the authentication that is under way; empty if there is none
 * @param failures the number of failed authentications on this stream
 */
public record StreamState(String host, SaslChannel channel, Optional<Jid> from, Optional<Login> login,
        Optional<OpenExchange> pending, int failures) {
    /** A client without a description of itself. */
    public static final Client NAMELESS = new Client("", "", "");

    /**
     * An authenticated user.
     *
     * @param user a bare JID
     * @param mechanism the SASL mechanism of the authentication
     * @param client the client's description of itself; all texts are empty if it gave none
     * @param bound whether the stream has a session
     */
    public record Login(Jid user, String mechanism, Client client, boolean bound) {}

    /**
     * An authentication that is under way.
     *
     * @param request the {@code <authenticate/>} that began it (XEP-0388); empty in the profile of RFC 6120
     */
    public record OpenExchange(SaslExchange exchange, Optional<Element> request) {}

    /** Returns the state of a new stream. */
    public static StreamState opened(String host, SaslChannel channel) {
        return opened(host, channel, Optional.empty());
    }

    /** Returns the state of a new stream. */
    public static StreamState opened(String host, SaslChannel channel, Optional<Jid> from) {
        return new StreamState(host, channel, from, Optional.empty(), Optional.empty(), 0);
    }

    public boolean isAuthenticated() { return login.isPresent(); }

    /** Returns whether the stream has a session, so that the client cannot request another. */
    public boolean isBound() {
        return login.filter(Login::bound).isPresent();
    }

    /** Returns the bare JID of the authenticated user; empty before authentication. */
    public Optional<Jid> user() {
        return login.map(Login::user);
    }

    /** Returns the SASL mechanism of the authentication; empty before authentication. */
    public String mechanism() {
        return login.map(Login::mechanism).orElse("");
    }

    /** Returns the client's description of itself. */
    public Client client() {
        return login.map(Login::client).orElse(NAMELESS);
    }

    /** Returns this state with an authentication under way, in the profile of RFC 6120. */
    public StreamState authenticating(SaslExchange exchange) {
        return pending(new OpenExchange(exchange, Optional.empty()));
    }

    /** Returns this state with an authentication under way, in the profile of XEP-0388. */
    public StreamState authenticating(SaslExchange exchange, Element request) {
        return pending(new OpenExchange(exchange, Optional.of(request)));
    }

    private StreamState pending(OpenExchange open) {
        return new StreamState(host, channel, from, login, Optional.of(open), failures);
    }

    /** Returns this state after one more failed authentication. */
    public StreamState failed() {
        return new StreamState(host, channel, from, login, Optional.empty(), failures + 1);
    }

    public StreamState authenticated(Jid user, String mechanism) { return authenticated(user, mechanism, NAMELESS); }

    /** Returns this state with an authenticated user. */
    public StreamState authenticated(Jid user, String mechanism, Client client) {
        if (isAuthenticated()) throw new IllegalStateException("a stream has one user");
        return new StreamState(host, channel, from, Optional.of(new Login(user, mechanism, client, false)),
                Optional.empty(), failures);
    }

    /** Returns this state with a session. */
    public StreamState bound() {
        return new StreamState(host, channel, from,
                login.map(l -> new Login(l.user(), l.mechanism(), l.client(), true)), Optional.empty(), failures);
    }
}
