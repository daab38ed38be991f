package im.martlet.stream;

import im.martlet.negotiation.StreamState;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a client says of itself when it logs in (XEP-0388 §2.3). */
public final class UserAgent {
    /** Of any version, as the schema has it: nothing depends on that it is 4. */
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MOST_LETTERS = 100;

    private UserAgent() {}

    /** Nobody when it says nothing; empty when it says what cannot be. */
    public static Optional<Client> of(Element authenticate) {
        var agent = authenticate.child(Sasl2.NS, "user-agent");
        if (agent.isEmpty()) return Optional.of(StreamState.NAMELESS);
        var id = agent.get().attribute("id").orElse("");
        if (!id.isEmpty() && !UUID.matcher(id).matches()) return Optional.empty();
        return Optional.of(
                new Client(id.toLowerCase(Locale.ROOT), text(agent.get(), "software"), text(agent.get(), "device")));
    }

    /** In one line, without what might confuse a terminal. */
    private static String text(Element agent, String name) {
        var text = agent.child(Sasl2.NS, name).map(Element::text).orElse("").replaceAll("[\\p{C}\\s]+", " ").strip();
        return text.substring(0, Math.min(text.length(), MOST_LETTERS));
    }
}
