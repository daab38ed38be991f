package im.martlet.extensions.upload;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A media type without parameters, in lower case (RFC 6838 §4.2).
 *
 * @param text the type, such as {@code image/png}
 */
record MediaType(String text) {
    static final MediaType UNKNOWN = new MediaType("application/octet-stream");

    private static final Pattern FORM =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");
    /** Types that a browser shows or plays, and that cannot hide code that a browser would run. */
    private static final Set<String> HARMLESS = Set.of("image/png", "image/jpeg", "image/gif", "image/webp",
            "image/avif", "image/heic", "image/heif", "image/bmp", "image/jxl",
            "video/mp4", "video/webm", "video/ogg", "video/quicktime", "video/3gpp", "audio/mpeg", "audio/mp4",
            "audio/ogg", "audio/opus", "audio/webm", "audio/aac", "audio/flac",
            "audio/wav", "audio/x-wav", "audio/x-m4a", "audio/amr", "audio/3gpp", "text/plain");
    /** Types that a browser might run. */
    private static final Pattern ACTIVE = Pattern
            .compile(".*(html|xml|svg|script|xsl|mathml|rdf|cache-manifest|text/css|flash|java|pdf|multipart|mht).*");

    /**
     * Parses a media type and drops its parameters.
     *
     * @throws IllegalArgumentException if the text is not a media type
     */
    static MediaType parse(String text) {
        int semicolon = text.indexOf(';');
        var type = (semicolon < 0 ? text : text.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
        if (!FORM.matcher(type).matches()) throw new IllegalArgumentException("'" + type + "' is not a media type");
        return new MediaType(type);
    }

    boolean isHarmless() { return HARMLESS.contains(text); }

    /**
     * Returns the type that downloads get. A type that a browser could run becomes {@code application/octet-stream}.
     * PDF stays, because browsers only save it from here.
     */
    String shown() {
        return isHarmless() || text.equals("application/pdf") || !ACTIVE.matcher(text).matches() ? text : UNKNOWN.text;
    }
}
