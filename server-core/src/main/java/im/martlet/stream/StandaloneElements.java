package im.martlet.stream;

import im.martlet.stanza.Stanza;
import java.nio.charset.StandardCharsets;

/**
 * Elements that stand by themselves. What the server writes for a stream relies on what the header of the stream
 * declares; where there is none, each element has to declare it. All of it was written here, so it is known what a tag
 * looks like: its name, then its namespace if that is not the stream's, then everything else.
 */
public final class StandaloneElements {
    private static final byte[] DECLARES = " xmlns=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLIENT = (" xmlns='" + Stanza.CLIENT + "'").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOTH =
            (" xmlns='" + Stanza.CLIENT + "' xmlns:stream='" + StreamHeaderRules.STREAMS + "'")
                    .getBytes(StandardCharsets.US_ASCII);

    private StandaloneElements() {}

    /** An element that was written for the inside of a stream of {@code jabber:client}. */
    public static byte[] of(byte[] written) {
        int name = 1;
        boolean prefixed = false;
        for (; written[name] != ' ' && written[name] != '>' && written[name] != '/'; name++)
            prefixed |= written[name] == ':';
        return prefixed ? with(BOTH, written, name) : declares(written, name) ? written : with(CLIENT, written, name);
    }

    private static boolean declares(byte[] written, int at) {
        for (int i = 0; i < DECLARES.length; i++)
            if (at + i >= written.length || written[at + i] != DECLARES[i]) return false;
        return true;
    }

    private static byte[] with(byte[] declarations, byte[] written, int at) {
        var all = new byte[written.length + declarations.length];
        System.arraycopy(written, 0, all, 0, at);
        System.arraycopy(declarations, 0, all, at, declarations.length);
        System.arraycopy(written, at, all, at + declarations.length, written.length - at);
        return all;
    }
}
