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

/** XEP-0484: a client that has logged in may have a token, and logs in with that the next time, in one round trip. */
@Xep(number = 484, title = "Fast Authentication Streamlining Tokens", version = "0.2.0",
        note = "without TLS 0-RTT, which the JDK has not")
public final class Fast implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Fast.class);
    private static final String NS = "urn:xmpp:fast:0";

    private final FastTokens tokens;

    @Inject Fast(FastTokens tokens) { this.tokens = tokens; }

    /** It is negotiated with XEP-0388, and not for itself. */
    @Override public List<Hook> hooks() { return List.of(); }

    /** §3.1; empty when there is nothing to log in with. */
    Optional<Element> inline(SaslChannel channel) {
        var mechanisms =
                tokens.mechanisms(channel).stream().map(name -> Element.of(NS, "mechanism").withText(name)).toList();
        return mechanisms.isEmpty() ? Optional.empty() : Optional.of(Element.of(NS, "fast").with(mechanisms));
    }

    /** Whether a client means to log in with a token (§3.4), and with whose. */
    sealed interface Presentation {
        record None() implements Presentation {}

        record Token(String client, OptionalLong uses, boolean last) implements Presentation {}

        record Malformed(String why) implements Presentation {}
    }

    Presentation presentation(Element authenticate) {
        var fast = authenticate.child(NS, "fast");
        if (fast.isEmpty()) return new Presentation.None();
        var client = UserAgent.of(authenticate).map(c -> c.id()).orElse("");
        if (client.isEmpty())
            return new Presentation.Malformed("a token is presented together with the id of the user agent"); // §4.1
        try {
            var count = fast.get().attribute("count").map(Long::parseLong);
            if (count.filter(n -> n <= 0).isPresent()) return new Presentation.Malformed("a count is positive");
            return new Presentation.Token(client, count.map(OptionalLong::of).orElse(OptionalLong.empty()),
                    fast.get().attribute("invalidate").filter(Fast::isTrue).isPresent());
        } catch (NumberFormatException e) {
            return new Presentation.Malformed("a count is a number");
        }
    }

    private static boolean isTrue(String value) { return value.equals("true") || value.equals("1"); }

    /**
     * The token that a client is given with the success: because it asks for one (§3.3), or because its own is old
     * (§3.5).
     */
    Optional<Element> token(Element authenticate, AuthenticatedUser who, StreamState state) {
        if (state.client().id().isEmpty()) return Optional.empty();
        var asked = authenticate.child(NS, "request-token").map(e -> e.attribute("mechanism").orElse(""));
        var mechanism = asked.or(() -> who.token().filter(tokens::isDue).map(old -> old.made().mechanism()))
                .filter(tokens.mechanisms(state.channel())::contains);
        try {
            return mechanism.flatMap(name -> tokens.issue(who, state.client(), name))
                    .map(token -> Element.of(NS, "token").with("token", token.token()).with("expiry", token.expires()));
        } catch (StorageException e) { // it has logged in all the same
            LOG.warn("{} cannot be given a token now: {}", who.user(), e.getMessage());
            return Optional.empty();
        }
    }
}
