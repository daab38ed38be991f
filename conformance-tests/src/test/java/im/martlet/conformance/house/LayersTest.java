package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The order of the packages. A package imports only packages of lower layers. This list is the only place of the order.
 */
class LayersTest {
    /** Lowest first. Packages of one layer do not know each other. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("spec", "address", "digest", "collect"),
            Set.of("storage.key", "storage.db"),
            Set.of("storage.account"),
            Set.of("storage.log", "storage.pubsub", "storage.rooms", "storage.push", "storage.upload"),
            Set.of("storage"),
            Set.of("xml", "config", "dns", "crypto", "meter"),
            Set.of("stanza"),
            Set.of("net", "form"),
            Set.of("auth", "session", "http"),
            Set.of("negotiation", "cluster"),
            Set.of("extension"),
            Set.of("routing"),
            Set.of("im"),
            Set.of("archive"),
            Set.of("account"),
            Set.of("stream"),
            Set.of("websocket", "federation", "component", "admin", "metrics", "events"),
            Set.of("server"));

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("im.martlet");

    @Test void everyPackageHasALayer() {
        var packages = new TreeSet<String>();
        for (JavaClass c : CLASSES) if (isOrdered(c)) packages.add(name(c));
        assertThat(layers()).as("LayersTest.LAYERS has a place for each package")
                .containsKeys(packages.toArray(String[]::new));
    }

    @Test void packagesImportOnlyLowerLayers() {
        var layers = layers();
        var violations = new TreeSet<String>();
        for (JavaClass from : CLASSES)
            if (isOrdered(from)) for (Dependency d : from.getDirectDependenciesFromSelf()) {
                JavaClass to = d.getTargetClass().getBaseComponentType();
                if (!isOrdered(to) || name(to).equals(name(from))) continue;
                if (layers.getOrDefault(name(to), 0) >= layers.getOrDefault(name(from), 0))
                    violations.add(from.getFullName() + " uses " + to.getFullName() + ", but '" + name(from)
                            + "' stands below or beside '" + name(to) + "' (LayersTest.LAYERS)");
            }
        assertThat(violations).as("a package imports only packages of lower layers").isEmpty();
    }

    private static boolean isOrdered(JavaClass c) {
        return c.getPackageName().startsWith("im.martlet.")
                && !c.getPackageName().startsWith("im.martlet.storage.schema")
                && Arrays.stream(new String[]{ "extensions", "cli", "benchmarks", "conformance" })
                        .noneMatch(top -> c.getPackageName().startsWith("im.martlet." + top));
    }

    private static String name(JavaClass c) {
        return c.getPackageName().substring("im.martlet.".length());
    }

    private static Map<String, Integer> layers() {
        var layers = new HashMap<String, Integer>();
        for (int i = 0; i < LAYERS.size(); i++) for (String name : LAYERS.get(i)) layers.put(name, i);
        return layers;
    }
}
