package im.martlet.stream;

import im.martlet.auth.AuthenticatedUser;
import im.martlet.auth.FastTokens;
import im.martlet.auth.SaslChannel;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.negotiation.StreamState;
import im.martlet.spec.Xep;
import im.martlet.storage.db.StorageException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XEP-0484: gives a client a token. The next login with the token takes one round trip. */
@Xep(number = 484, title = "Fast Authentication Streamlining Tokens", version = "0.2.0",
        note = "without TLS 0-RTT, which the JDK lacks")
public final class Fast implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Fast.class);
    private static final String NS = "urn:xmpp:fast:0";

    private final FastTokens tokens;

    @Inject Fast(FastTokens tokens) { this.tokens = tokens; }

    /** Has no hooks, because it is negotiated as a part of XEP-0388. */
    @Override public List<Hook> hooks() {
        return List.of();
    }

    /** Returns the element that offers FAST (§3.1); empty if this channel allows no token mechanism. */
    Optional<Element> inline(SaslChannel channel) {
        var mechanisms =
                tokens.mechanisms(channel).stream().map(name -> Element.of(NS, "mechanism").withText(name)).toList();
        return mechanisms.isEmpty() ? Optional.empty() : Optional.of(Element.of(NS, "fast").with(mechanisms));
    }

    /** The way in which a client presents a token at its login (§3.4). */
    sealed interface Presentation {
        /** The client presents no token. */
        record None() implements Presentation {}

        /**
         * The client presents a token.
         *
         * @param client the id of the user agent that owns the token
         * @param uses the number of the use, which only grows; empty if the client does not count
         * @param last whether the token becomes invalid with this use
         */
        record Token(String client, OptionalLong uses, boolean last) implements Presentation {}

        /** The request breaks a rule. */
        record Malformed(String reason) implements Presentation {}
    }

    /** Returns the token that the client presents with its login. */
    Presentation presentation(Element authenticate) {
        var fast = authenticate.child(NS, "fast");
        if (fast.isEmpty()) return new Presentation.None();
        var client = UserAgent.of(authenticate).map(c -> c.id()).orElse("");
        if (client.isEmpty())
            return new Presentation.Malformed("a token needs the id of the user agent"); // §4.1
        try {
            var count = fast.get().attribute("count").map(Long::parseLong);
            if (count.filter(n -> n <= 0).isPresent()) return new Presentation.Malformed("the count must be positive");
            return new Presentation.Token(client, count.map(OptionalLong::of).orElse(OptionalLong.empty()),
                    fast.get().attribute("invalidate").filter(Fast::isTrue).isPresent());
        } catch (NumberFormatException e) {
            return new Presentation.Malformed("the count must be a number");
        }
    }

    private static boolean isTrue(String value) { return value.equals("true") || value.equals("1"); }

    /**
     * Returns a new token for the success element: because the client requests one (§3.3), or because its token is old
     * (§3.5). Empty if the client gets none.
     */
    Optional<Element> token(Element authenticate, AuthenticatedUser user, StreamState state) {
        if (state.client().id().isEmpty()) return Optional.empty();
        var requested = authenticate.child(NS, "request-token").map(e -> e.attribute("mechanism").orElse(""));
        var mechanism = requested.or(() -> user.token().filter(tokens::isDue).map(old -> old.made().mechanism()))
                .filter(tokens.mechanisms(state.channel())::contains);
        try {
            return mechanism.flatMap(name -> tokens.issue(user, state.client(), name))
                    .map(token -> Element.of(NS, "token").with("token", token.token()).with("expiry", token.expires()));
        } catch (StorageException e) { // the login succeeds without a token
            LOG.warn("{} gets no login token, because the database failed: {}", user.user(), e.getMessage());
            return Optional.empty();
        }
    }
}
