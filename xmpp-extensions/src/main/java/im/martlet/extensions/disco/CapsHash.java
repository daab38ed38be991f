package im.martlet.extensions.disco;

import im.martlet.digest.Sha;
import im.martlet.form.DataForm;
import im.martlet.storage.account.Capabilities.Hash;
import im.martlet.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hash of an entity's disco#info (XEP-0115 §5). Pure. */
final class CapsHash {
    private static final Map<String, Sha> ALGORITHMS = Map.of("sha-1", Sha.SHA_1, "sha-224", Sha.SHA_224, "sha-256",
            Sha.SHA_256, "sha-384", Sha.SHA_384, "sha-512", Sha.SHA_512);
    private static final int MOST_FEATURES = 500;
    private static final int LONGEST_FEATURE = 300; // characters

    private CapsHash() {}

    static boolean isKnown(String algorithm) { return ALGORITHMS.containsKey(algorithm); }

    /** Returns the hash of disco#info in base64 (§5.1). */
    static String hash(String algorithm, List<Element> info) {
        var identities = info.stream().filter(e -> e.is(DiscoInfo.NS, "identity")).map(CapsHash::identity)
                .sorted(CapsHash::compareOctets);
        var features = info.stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature)
                .sorted(CapsHash::compareOctets);
        var forms = info.stream().filter(e -> e.is(DataForm.NS, "x")).filter(form -> !type(form).isEmpty())
                .map(CapsHash::form).sorted(CapsHash::compareOctets);
        var text = Stream.concat(identities, features).map(s -> s + "<").collect(Collectors.joining())
                + forms.collect(Collectors.joining());
        var sha = ALGORITHMS.getOrDefault(algorithm, Sha.SHA_1);
        return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns whether an answer has this hash and is well-formed, so that no other answer has the same hash (§5.4). */
    static boolean proves(Element info, Hash hash) {
        var all = info.children();
        var identities = all.stream().filter(e -> e.is(DiscoInfo.NS, "identity")).map(CapsHash::identity).toList();
        var features = all.stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature).toList();
        var forms = all.stream().filter(e -> e.is(DataForm.NS, "x")).toList();
        var types = forms.stream().map(CapsHash::type).toList();
        return !hasDuplicates(identities) && !hasDuplicates(features) && !hasDuplicates(types)
                && forms.stream().allMatch(CapsHash::isWellFormed)
                && features.size() <= MOST_FEATURES
                && features.stream().noneMatch(f -> f.length() > LONGEST_FEATURE || f.isBlank())
                && Stream.of(identities.stream(), features.stream(), forms.stream().flatMap(CapsHash::texts))
                        .flatMap(s -> s).noneMatch(CapsHash::isAmbiguous)
                && hash(hash.algorithm(), all).equals(hash.value());
    }

    /** Returns the features of an answer, at most {@value #MOST_FEATURES}, without those that are too long. */
    static Set<String> features(Element info) {
        return info.children().stream().filter(e -> e.is(DiscoInfo.NS, "feature")).map(CapsHash::feature)
                .filter(f -> f.length() <= LONGEST_FEATURE && !f.isBlank() && !isAmbiguous(f)).limit(MOST_FEATURES)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether a text contains a separator of the hashed string: then other texts would have the same hash. */
    private static boolean isAmbiguous(String text) {
        return text.indexOf('<') >= 0 || text.indexOf('\n') >= 0;
    }

    private static boolean hasDuplicates(List<String> texts) { return new HashSet<>(texts).size() < texts.size(); }

    /** Returns whether the form's {@code FORM_TYPE} is hidden and has one value (§5.4). */
    private static boolean isWellFormed(Element form) {
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
                        + values(f).sorted(CapsHash::compareOctets).map(v -> v + "<").collect(Collectors.joining()))
                .sorted(CapsHash::compareOctets).collect(Collectors.joining());
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

    /** Compares by the collation i;octet (RFC 4790 §9.3). */
    private static int compareOctets(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
