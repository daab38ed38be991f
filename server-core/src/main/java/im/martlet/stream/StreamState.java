package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.auth.Channel;
import im.martlet.auth.Exchange;
import java.util.Optional;

/**
 * What has been agreed on a stream so far. It only grows: host and user are set once.
 *
 * @param host the domain that the client asked for
 * @param channel the connection as far as authentication cares
 * @param user bare JID, once authenticated
 * @param mechanism with which the user was authenticated, empty before
 * @param exchange an authentication under way
 * @param failures attempts to authenticate that failed on this stream
 */
public record StreamState(String host, Channel channel, Optional<Jid> user, String mechanism, Optional<Exchange> exchange, int failures) {
    static StreamState opened(String host, Channel channel) {
        return new StreamState(host, channel, Optional.empty(), "", Optional.empty(), 0);
    }

    public boolean isAuthenticated() { return user.isPresent(); }

    StreamState authenticating(Exchange exchange) {
        return new StreamState(host, channel, user, mechanism, Optional.of(exchange), failures);
    }

    StreamState failed() { return new StreamState(host, channel, user, mechanism, Optional.empty(), failures + 1); }

    StreamState authenticated(Jid user, String mechanism) {
        if (this.user.isPresent()) throw new IllegalStateException("a stream has one user");
        return new StreamState(host, channel, Optional.of(user), mechanism, Optional.empty(), failures);
    }
}
