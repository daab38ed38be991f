package im.martlet.extensions.disco;

import im.martlet.form.DataForm;
import im.martlet.storage.account.Capabilities.Hash;
import im.martlet.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hash of what somebody says of itself (XEP-0115 §5). Pure. */
final class CapsHash {
    private static final Map<String, String> ALGORITHMS = Map.of("sha-1", "SHA-1", "sha-224", "SHA-224", "sha-256",
            "SHA-256", "sha-384", "SHA-384", "sha-512", "SHA-512");
    private static final int MOST_FEATURES = 500;
    private static final int LONGEST_FEATURE = 300;

    private CapsHash() {}

    static boolean isKnown(String algorithm) { return ALGORITHMS.containsKey(algorithm); }

    /** §5.1. */
    static String hash(String algorithm, List<Element> info) {
        var identities = info.stream().filter(e -> e.is(DiscoInfo.NS, "identity")).map(CapsHash::identity)
                .sorted(CapsHash::inOctets);
        var features = info.stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature)
                .sorted(CapsHash::inOctets);
        var forms = info.stream().filter(e -> e.is(DataForm.NS, "x")).filter(form -> !type(form).isEmpty())
                .map(CapsHash::form).sorted(CapsHash::inOctets);
        var text = Stream.concat(identities, features).map(s -> s + "<").collect(Collectors.joining())
                + forms.collect(Collectors.joining());
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(ALGORITHMS.getOrDefault(algorithm, "SHA-1"))
                            .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** §5.4: whether an answer has this hash, and can have been hashed in one way only. */
    static boolean proves(Element info, Hash hash) {
        var all = info.children();
        var identities = all.stream().filter(e -> e.is(DiscoInfo.NS, "identity")).map(CapsHash::identity).toList();
        var features = all.stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature).toList();
        var forms = all.stream().filter(e -> e.is(DataForm.NS, "x")).toList();
        var types = forms.stream().map(CapsHash::type).toList();
        return !hasDoubles(identities) && !hasDoubles(features) && !hasDoubles(types)
                && forms.stream().allMatch(CapsHash::isSound)
                && features.size() <= MOST_FEATURES
                && features.stream().noneMatch(f -> f.length() > LONGEST_FEATURE || f.isBlank())
                && Stream.of(identities.stream(), features.stream(), forms.stream().flatMap(CapsHash::texts))
                        .flatMap(s -> s).noneMatch(CapsHash::isAmbiguous)
                && hash(hash.algorithm(), all).equals(hash.value());
    }

    /** Features, but for those that are too many or too long. */
    static Set<String> features(Element info) {
        return info.children().stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature)
                .filter(f -> f.length() <= LONGEST_FEATURE && !f.isBlank() && !isAmbiguous(f)).limit(MOST_FEATURES)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What separates texts in what is hashed must not be in them: the same hash would be that of other texts, too. */
    private static boolean isAmbiguous(String text) {
        return text.indexOf('<') >= 0 || text.indexOf('\n') >= 0;
    }

    private static boolean hasDoubles(List<String> texts) { return new HashSet<>(texts).size() < texts.size(); }

    /** §5.4: a {@code FORM_TYPE} is hidden, and has one value. */
    private static boolean isSound(Element form) {
        return fields(form).filter(CapsHash::isType).allMatch(
                f -> f.attribute("type").filter("hidden"::equals).isPresent() && values(f).distinct().count() <= 1);
    }

    private static String identity(Element e) {
        return Stream.of("category", "type", Element.XML_LANG, "name").map(a -> e.attribute(a).orElse(""))
                .collect(Collectors.joining("/"));
    }

    private static String feature(Element e) { return e.attribute("var").orElse(""); }

    private static String form(Element form) {
        return type(form) + "<" + fields(form).filter(f -> !isType(f))
                .map(f -> f.attribute("var").orElse("") + "<"
                        + values(f).sorted(CapsHash::inOctets).map(v -> v + "<").collect(Collectors.joining()))
                .sorted(CapsHash::inOctets).collect(Collectors.joining());
    }

    private static String type(Element form) {
        return fields(form).filter(CapsHash::isType).flatMap(CapsHash::values).findFirst().orElse("");
    }

    private static boolean isType(Element field) {
        return field.attribute("var").filter("FORM_TYPE"::equals).isPresent();
    }

    private static Stream<Element> fields(Element form) {
        return form.children().stream().filter(f -> f.is(DataForm.NS, "field"));
    }

    private static Stream<String> texts(Element form) {
        return fields(form).flatMap(f -> Stream.concat(Stream.of(f.attribute("var").orElse("")), values(f)));
    }

    private static Stream<String> values(Element field) {
        return field.children().stream().filter(e -> e.is(DataForm.NS, "value")).map(Element::text);
    }

    /** The collation i;octet (RFC 4790 §9.3). */
    private static int inOctets(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
