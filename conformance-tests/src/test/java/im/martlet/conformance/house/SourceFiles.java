package im.martlet.conformance.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lists the Java files of the project, for rules that concern their text. */
final class SourceFiles {
    private static final List<String> PRODUCT = List.of("storage", "server-core", "xmpp-extensions", "admin-cli");
    private static final List<String> OTHERS = List.of("conformance-tests", "benchmarks");

    private SourceFiles() {}

    /** Returns the files of all modules, main code and tests. */
    static Stream<Path> all() {
        return Stream.concat(PRODUCT.stream(), OTHERS.stream()).flatMap(module -> in(Path.of("..", module, "src")));
    }

    /** Returns the files of the main code of all modules. */
    static Stream<Path> main() {
        return Stream.concat(product(), in(Path.of("..", "benchmarks", "src", "main", "java")));
    }

    /** Returns the files of the code that an installation has. */
    static Stream<Path> product() {
        return PRODUCT.stream().flatMap(module -> in(Path.of("..", module, "src", "main", "java")));
    }

    private static Stream<Path> in(Path folder) {
        try {
            return Files.walk(folder).filter(file -> file.toString().endsWith(".java")).sorted();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
