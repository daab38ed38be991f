package im.martlet.extension;

import im.martlet.spec.Xep;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A XEP that this server implements.
 *
 * @param by the class that implements it
 */
public record ImplementedXep(Xep xep, Class<?> by) {
    private static final Set<String> ALWAYS_THERE = Set.of("im.martlet.net"); // has no extension of its own

    /**
     * Returns the XEPs of the installed extensions, sorted by number. A XEP counts if its class is in the package of an
     * installed extension or below it, because a package is installed as a whole.
     */
    public static List<ImplementedXep> of(Collection<? extends Extension> extensions) {
        var packages = Stream
                .concat(ALWAYS_THERE.stream(), extensions.stream().map(e -> e.getClass().getPackageName()))
                .collect(Collectors.toSet());
        var anchors =
                Stream.<Class<?>>concat(Stream.of(ImplementedXep.class), extensions.stream().map(Object::getClass));
        return ClassFiles.beside(anchors).entrySet().stream()
                .filter(file -> packages.stream().anyMatch(p -> file.getKey().startsWith(p + ".")))
                .map(file -> load(file.getKey(), file.getValue()))
                .flatMap(c -> Stream.of(c.getAnnotationsByType(Xep.class)).map(xep -> new ImplementedXep(xep, c)))
                .sorted(Comparator.comparing(implemented -> implemented.xep().number())).toList();
    }

    private static Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
