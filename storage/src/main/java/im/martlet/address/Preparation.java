package im.martlet.address;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/**
 * Prepares the parts of an address for comparison (RFC 7622 §3): each has exactly one prepared form. Most parts are
 * plain ASCII, in lower case where that matters, and pass after one look at each character.
 */
final class Preparation {
    private static final int MOST_BYTES = 1023;
    private static final String NOT_IN_LOCALPART = "\"&'/:<>@"; // §3.3.1

    private Preparation() {}

    /** Enforces UsernameCaseMapped, and rejects the characters that have another meaning in addresses. */
    static String local(String text) {
        if (text.isEmpty() || isPlainLocal(text)) return bounded(text, "localpart");
        String prepared = enforce(PrecisProfiles.USERNAME_CASE_MAPPED, text, "localpart");
        for (int i = 0; i < prepared.length(); i++)
            if (NOT_IN_LOCALPART.indexOf(prepared.charAt(i)) >= 0)
                throw new JidException("'" + prepared.charAt(i) + "' is not allowed in a localpart");
        return bounded(prepared, "localpart");
    }

    private static boolean isPlainLocal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c >= 'A' && c <= 'Z' || NOT_IN_LOCALPART.indexOf(c) >= 0) return false;
        }
        return true;
    }

    /**
     * Prepares an internationalised domain name with U-labels in lower case, or an IP address; removes a final dot
     * (§3.2).
     */
    static String domain(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (isPlainDomain(name)) return bounded(name, "domain");
        if (isIpv6(name)) return bounded(name.toLowerCase(Locale.ROOT), "domain");
        String prepared = enforce(PrecisProfiles.IDN, unicode(name), "domain").toLowerCase(Locale.ROOT);
        for (int i = 0; i < prepared.length(); i++) {
            char c = prepared.charAt(i);
            if (c < 0x80 && !isLetterDigitOrHyphen(c) && c != '.')
                throw new JidException("'" + c + "' is not allowed in a domain");
        }
        checkLabels(prepared);
        return bounded(prepared, "domain");
    }

    private static String unicode(String name) {
        try {
            return IDN.toUnicode(name, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            throw new JidException("not a domain name: " + e.getMessage());
        }
    }

    private static boolean isPlainDomain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')) return false;
        }
        checkLabels(name);
        return !name.contains("xn--"); // an A-label has an equivalent U-label
    }

    private static void checkLabels(String name) {
        if (name.isEmpty()) throw new JidException("the domain is empty");
        if (name.startsWith(".") || name.endsWith(".") || name.contains(".."))
            throw new JidException("a label of the domain is empty");
    }

    private static boolean isLetterDigitOrHyphen(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
    }

    private static boolean isIpv6(String name) {
        if (!name.startsWith("[") || !name.endsWith("]")) return false;
        return name.substring(1, name.length() - 1).matches("[0-9A-Fa-f:.]{2,45}") && name.contains(":");
    }

    /** Enforces OpaqueString. */
    static String resource(String text) {
        if (isPlainResource(text)) return bounded(text, "resource");
        return bounded(enforce(PrecisProfiles.OPAQUE_STRING, text, "resource"), "resource");
    }

    private static boolean isPlainResource(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) < ' ' || text.charAt(i) > '~') return false;
        return true;
    }

    private static String enforce(PrecisProfile profile, String text, String part) {
        if (text.length() > MOST_BYTES) throw tooLong(part); // before the costly work
        try {
            return profile.enforce(text);
        } catch (RuntimeException e) { // the library throws several kinds for text that it does not allow
            throw new JidException("the " + part + " has characters that are not allowed");
        }
    }

    private static String bounded(String text, String part) {
        if (text.length() > MOST_BYTES
                || text.length() * 3 > MOST_BYTES && text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES)
            throw tooLong(part);
        return text;
    }

    private static JidException tooLong(String part) {
        return new JidException("the " + part + " is longer than " + MOST_BYTES + " bytes");
    }
}
