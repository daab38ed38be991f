package im.martlet.conformance.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script for a test: a title, roles, and lines that are played in order. A line that begins with "#" quotes the
 * specification.
 *
 * @param cast the JID of each role
 * @param kinds the kind of each role
 */
public record Dialogue(String title, Map<String, String> cast, Map<String, Kind> kinds, List<Line> lines) {
    /** The kind of a role. The script contains all text that a server or component sends, including stream headers. */
    public enum Kind {
        CLIENT, SERVER, COMPONENT
    }

    public sealed interface Line {
        int number();

        String role();

        record Connects(int number, String role) implements Line {
            @Override public String toString() { return role + " connects"; }
        }

        record Disconnects(int number, String role) implements Line {
            @Override public String toString() { return role + " disconnects"; }
        }

        /** The connection is cut without a stream end. */
        record Vanishes(int number, String role) implements Line {
            @Override public String toString() { return role + " vanishes"; }
        }

        /** Waits until the server has ended the session. */
        record Expires(int number, String role) implements Line {
            @Override public String toString() { return role + " is given up"; }
        }

        /** A new connection that is logged in, without a bound resource. */
        record ComesBack(int number, String role) implements Line {
            @Override public String toString() { return role + " comes back"; }
        }

        /** A new connection with TLS before login. Its stream header has {@code from}. */
        record Knocks(int number, String role) implements Line {
            @Override public String toString() { return role + " knocks"; }
        }

        /** A stream feature that the server offers. */
        record Offered(int number, String role, String xml) implements Line {
            @Override public String toString() { return role + " is offered " + firstLine(xml); }
        }

        /** TLS on the current connection, with a certificate for the role's domain. @param trusted by the server */
        record Secures(int number, String role, boolean trusted) implements Line {
            @Override public String toString() { return role + " begins TLS"; }
        }

        /** The server connects to the role. */
        record Called(int number, String role) implements Line {
            @Override public String toString() { return role + " is called"; }
        }

        record Sends(int number, String role, String xml) implements Line {
            @Override public String toString() { return role + " sends " + firstLine(xml); }
        }

        record Receives(int number, String role, String xml) implements Line {
            @Override public String toString() { return role + " receives " + firstLine(xml); }
        }

        /** Several stanzas in any order. */
        record ReceivesAll(int number, String role, String xml) implements Line {
            @Override public String toString() { return role + " receives in any order " + firstLine(xml); }
        }

        record Silence(int number, String role) implements Line {
            @Override public String toString() { return role + " receives nothing"; }
        }

        record Ended(int number, String role, String condition) implements Line {
            @Override public String toString() { return role + "'s stream ends with " + condition; }
        }
    }

    private static final Pattern ROLE = Pattern.compile("\\[(Client|Server|Component)] (.+)");
    private static final Pattern ACTION = Pattern.compile(
            "(.+?)(?: (connects|disconnects|vanishes|is given up|comes back|knocks|is offered:|is called|begins TLS"
                    + "|begins TLS with a certificate that nobody believes|sends:|receives:|receives in any order:"
                    + "|receives nothing)|'s stream ends with ([a-z-]+))");

    /** Reads a script; throws IllegalArgumentException for a line that it does not understand. */
    public static Dialogue read(Path file) throws IOException {
        var all = Files.readAllLines(file);
        var cast = new LinkedHashMap<String, String>();
        var kinds = new LinkedHashMap<String, Kind>();
        var lines = new ArrayList<Line>();
        for (int i = 0; i < all.size(); i++) {
            String text = all.get(i);
            if (text.isBlank() || text.startsWith("#")) continue;
            Matcher member = ROLE.matcher(text);
            if (member.matches()) {
                cast.put(member.group(2), all.get(++i).strip().substring("jid: ".length()));
                kinds.put(member.group(2), Kind.valueOf(member.group(1).toUpperCase(java.util.Locale.ROOT)));
                continue;
            }
            Matcher m = ACTION.matcher(text);
            if (!m.matches() || !cast.containsKey(m.group(1)))
                throw new IllegalArgumentException(file + ":" + (i + 1) + ": " + text);
            int number = i + 1;
            var body = new StringJoiner("\n");
            while (i + 1 < all.size() && all.get(i + 1).startsWith("\t")) body.add(all.get(++i).strip());
            lines.add(m.group(3) != null ? new Line.Ended(number, m.group(1), m.group(3)) : switch (m.group(2)) {
                case "connects" -> new Line.Connects(number, m.group(1));
                case "vanishes" -> new Line.Vanishes(number, m.group(1));
                case "is given up" -> new Line.Expires(number, m.group(1));
                case "comes back" -> new Line.ComesBack(number, m.group(1));
                case "knocks" -> new Line.Knocks(number, m.group(1));
                case "is offered:" -> new Line.Offered(number, m.group(1), body.toString());
                case "is called" -> new Line.Called(number, m.group(1));
                case "begins TLS" -> new Line.Secures(number, m.group(1), true);
                case "begins TLS with a certificate that nobody believes" ->
                        new Line.Secures(number, m.group(1), false);
                case "disconnects" -> new Line.Disconnects(number, m.group(1));
                case "sends:" -> new Line.Sends(number, m.group(1), body.toString());
                case "receives:" -> new Line.Receives(number, m.group(1), body.toString());
                case "receives in any order:" -> new Line.ReceivesAll(number, m.group(1), body.toString());
                default -> new Line.Silence(number, m.group(1));
            });
        }
        return new Dialogue(all.getFirst().substring(2), cast, kinds, lines);
    }

    private static String firstLine(String xml) { return xml.lines().findFirst().orElse(""); }
}
