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
 * A script: a title, a cast, and lines that are played in order. A line that begins with "#" quotes the specification.
 */
public record Dialogue(String title, Map<String, String> cast, Map<String, Kind> kinds, List<Line> lines) {
    /** What somebody is: another server and a component say everything themselves, headers too. */
    public enum Kind {
        CLIENT, SERVER, COMPONENT
    }

    public sealed interface Line {
        int number();

        String who();

        record Connects(int number, String who) implements Line {
            @Override public String toString() { return who + " connects"; }
        }

        record Disconnects(int number, String who) implements Line {
            @Override public String toString() { return who + " disconnects"; }
        }

        /** The connection is cut, and nothing is said. */
        record Vanishes(int number, String who) implements Line {
            @Override public String toString() { return who + " vanishes"; }
        }

        /** The server knows that its session is over. */
        record Expires(int number, String who) implements Line {
            @Override public String toString() { return who + " is given up"; }
        }

        /** A new connection, logged in, on which nothing is bound yet. */
        record ComesBack(int number, String who) implements Line {
            @Override public String toString() { return who + " comes back"; }
        }

        /** A new connection with TLS, on which nobody has logged in; its header says for whom it is. */
        record Knocks(int number, String who) implements Line {
            @Override public String toString() { return who + " knocks"; }
        }

        /** Something among the features of the stream. */
        record Offered(int number, String who, String xml) implements Line {
            @Override public String toString() { return who + " is offered " + gist(xml); }
        }

        /** TLS on the connection as it is, with a certificate for its domain, or with one that nobody believes. */
        record Secures(int number, String who, boolean believed) implements Line {
            @Override public String toString() { return who + " begins TLS"; }
        }

        /** The server connects to it. */
        record Called(int number, String who) implements Line {
            @Override public String toString() { return who + " is called"; }
        }

        record Sends(int number, String who, String xml) implements Line {
            @Override public String toString() { return who + " sends " + gist(xml); }
        }

        record Receives(int number, String who, String xml) implements Line {
            @Override public String toString() { return who + " receives " + gist(xml); }
        }

        /** Stanzas of which nothing says which comes first. */
        record ReceivesAll(int number, String who, String xml) implements Line {
            @Override public String toString() { return who + " receives in any order " + gist(xml); }
        }

        record Silence(int number, String who) implements Line {
            @Override public String toString() { return who + " receives nothing"; }
        }

        record Ended(int number, String who, String condition) implements Line {
            @Override public String toString() { return who + "'s stream ends with " + condition; }
        }
    }

    private static final Pattern ROLE = Pattern.compile("\\[(Client|Server|Component)] (.+)");
    private static final Pattern ACTION = Pattern.compile(
            "(.+?)(?: (connects|disconnects|vanishes|is given up|comes back|knocks|is offered:|is called|begins TLS|begins TLS with a certificate that nobody believes|sends:|receives:|receives in any order:|receives nothing)|'s stream ends with ([a-z-]+))");

    public static Dialogue read(Path file) throws IOException {
        var all = Files.readAllLines(file);
        var cast = new LinkedHashMap<String, String>();
        var kinds = new LinkedHashMap<String, Kind>();
        var lines = new ArrayList<Line>();
        for (int i = 0; i < all.size(); i++) {
            String text = all.get(i);
            if (text.isBlank() || text.startsWith("#")) continue;
            Matcher role = ROLE.matcher(text);
            if (role.matches()) {
                cast.put(role.group(2), all.get(++i).strip().substring("jid: ".length()));
                kinds.put(role.group(2), Kind.valueOf(role.group(1).toUpperCase(java.util.Locale.ROOT)));
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

    private static String gist(String xml) { return xml.lines().findFirst().orElse(""); }
}
