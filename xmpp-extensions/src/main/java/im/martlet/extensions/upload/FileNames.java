package im.martlet.extensions.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.regex.Pattern;

/**
 * Makes names of files safe: keeps the owner's name, but replaces characters that file systems or users may mistake.
 */
final class FileNames {
    private static final int LONGEST = 200; // characters
    private static final int LONGEST_IN_URL = 80; // characters
    private static final int LONGEST_ENDING = 20; // characters
    private static final Pattern UNSAFE = // also characters that change the direction of text
            Pattern.compile("[\\p{Cntrl}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff"
                    + "&&[^\\x{10000}-\\x{10ffff}]]");
    private static final Pattern UNSAFE_IN_URL = Pattern.compile("[/\\\\%;]");

    private FileNames() {}

    /** Returns a safe name: the last part of a given name or path. */
    static String safe(String given) {
        var last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        var name = UNSAFE.matcher(last).replaceAll("_").strip();
        return name.isEmpty() || name.equals(".") || name.equals("..") ? "file" : shortened(name, LONGEST);
    }

    /** Shortens a name but keeps its ending. */
    private static String shortened(String name, int longest) {
        if (name.length() <= longest) return name;
        int dot = name.lastIndexOf('.');
        var ending = dot > 0 && name.length() - dot <= LONGEST_ENDING ? name.substring(dot) : "";
        int end = longest - ending.length();
        return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end) + ending;
    }

    /** Returns a name as the last part of a URL, without characters that servers and proxies treat differently. */
    static String inUrl(String name) {
        return encode(UNSAFE_IN_URL.matcher(shortened(name, LONGEST_IN_URL)).replaceAll("_"));
    }

    /**
     * Returns a {@code Content-Disposition} (RFC 6266), with a name in ASCII for old clients.
     *
     * @param type {@code inline} or {@code attachment}
     */
    static String disposition(String type, String name) {
        var ascii = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
        return type + "; filename=\"" + ascii + "\"; filename*=UTF-8''" + encode(name);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A");
    }
}
