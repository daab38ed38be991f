package im.martlet.stream;

import im.martlet.negotiation.StreamState;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.xml.Element;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the description that a client gives of itself at login (XEP-0388 §2.3). */
public final class UserAgent {
    /** A UUID of any version, as in the schema, because the server does not need version 4. */
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MAX_LENGTH = 100;

    private UserAgent() {}

    /** Returns the client, nameless without a description; empty if its id is not a UUID. */
    public static Optional<Client> of(Element authenticate) {
        var agent = authenticate.child(Sasl2.NS, "user-agent");
        if (agent.isEmpty()) return Optional.of(StreamState.NAMELESS);
        var id = agent.get().attribute("id").orElse("");
        if (!id.isEmpty() && !UUID.matcher(id).matches()) return Optional.empty();
        return Optional.of(
                new Client(id.toLowerCase(Locale.ROOT), text(agent.get(), "software"), text(agent.get(), "device")));
    }

    /** Returns the text in one line, without characters that could confuse a terminal. */
    private static String text(Element agent, String name) {
        var text = agent.child(Sasl2.NS, name).map(Element::text).orElse("").replaceAll("[\\p{C}\\s]+", " ").strip();
        return text.substring(0, Math.min(text.length(), MAX_LENGTH));
    }
}
