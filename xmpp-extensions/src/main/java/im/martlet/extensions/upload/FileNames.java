package im.martlet.extensions.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.regex.Pattern;

/** Names of files: as their owners say, but for what would be no name of a file anywhere. */
final class FileNames {
    private static final int LONGEST = 200; // characters
    private static final int LONGEST_IN_URL = 80;
    private static final int LONGEST_ENDING = 20;
    private static final Pattern UNFIT = Pattern.compile(
            "[\\p{Cntrl}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff&&[^\\x{10000}-\\x{10ffff}]]"); // nor what turns letters around
    private static final Pattern UNFIT_IN_URL = Pattern.compile("[/\\\\%;]");

    private FileNames() {}

    /** The last part of what may be a path, made fit. */
    static String fit(String given) {
        var last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        var name = UNFIT.matcher(last).replaceAll("_").strip();
        return name.isEmpty() || name.equals(".") || name.equals("..") ? "file" : shortened(name, LONGEST);
    }

    /** Its ending stays. */
    private static String shortened(String name, int longest) {
        if (name.length() <= longest) return name;
        int dot = name.lastIndexOf('.');
        var ending = dot > 0 && name.length() - dot <= LONGEST_ENDING ? name.substring(dot) : "";
        int end = longest - ending.length();
        return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end) + ending;
    }

    /** As the last part of a URL: servers and proxies on the way disagree about some characters, which are left out. */
    static String inUrl(String name) {
        return encode(UNFIT_IN_URL.matcher(shortened(name, LONGEST_IN_URL)).replaceAll("_"));
    }

    /** RFC 6266, with the name in ASCII for who knows no other. @param how {@code inline} or {@code attachment} */
    static String disposition(String how, String name) {
        var ascii = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
        return how + "; filename=\"" + ascii + "\"; filename*=UTF-8''" + encode(name);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A");
    }
}
