package im.martlet.stream;

import im.martlet.stanza.Stanza;
import java.nio.charset.StandardCharsets;

/**
 * Makes elements that need no stream header. The XML that the server writes for a stream relies on the namespaces that
 * the header declares. A format without such a header must declare them in each element. The server's own writer wrote
 * the XML, so each start tag has a known form: name, then namespace if it differs from the stream's, then the rest.
 */
public final class StandaloneElements {
    private static final byte[] DECLARES = " xmlns=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLIENT = (" xmlns='" + Stanza.CLIENT + "'").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOTH =
            (" xmlns='" + Stanza.CLIENT + "' xmlns:stream='" + StreamHeaderRules.STREAMS + "'")
                    .getBytes(StandardCharsets.US_ASCII);

    private StandaloneElements() {}

    /** Returns an element with all its namespace declarations. @param written XML for the inside of a stream */
    public static byte[] of(byte[] written) {
        int end = 1; // of the name
        boolean prefixed = false;
        for (; written[end] != ' ' && written[end] != '>' && written[end] != '/'; end++)
            prefixed |= written[end] == ':';
        return prefixed ? with(BOTH, written, end) : declares(written, end) ? written : with(CLIENT, written, end);
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
