package im.martlet.config;

import java.util.regex.Pattern;

/** A number of bytes, written as {@code 512}, {@code "64 KiB"}, {@code "10 KB"} or {@code "4 MiB"}. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(B|KB|KiB|MB|MiB|GB|GiB)?");

    static ByteSize parse(String text) {
        var m = FORM.matcher(text.strip());
        if (!m.matches()) throw new IllegalArgumentException("a size such as \"64 KiB\" or \"4 MB\"");
        return new ByteSize(Long.parseLong(m.group(1)) * switch (m.group(2)) {
            case "KB" -> 1_000L;
            case "KiB" -> 1L << 10;
            case "MB" -> 1_000_000L;
            case "MiB" -> 1L << 20;
            case "GB" -> 1_000_000_000L;
            case "GiB" -> 1L << 30;
            case null, default -> 1L;
        });
    }

    /** Returns the size as an {@code int}, such as for the length of an array. */
    public int toInt() {
        return Math.toIntExact(bytes);
    }
}
