package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for the names of classes, in main code and in tests. */
class NamesTest {
    private static final List<String> MODULES =
            List.of("storage", "server-core", "xmpp-extensions", "admin-cli", "conformance-tests", "benchmarks");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    /** Terms of XEP-0199, XEP-0191 and RFC 5056. */
    private static final Set<String> TERMS_OF_THE_FIELD = Set.of("Ping", "RoomPing", "Blocking", "ChannelBinding");

    @Test void aSimpleClassNameOccursOnce() {
        var files = sources().filter(file -> !file.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
        assertThat(files).allSatisfy((name, places) -> assertThat(places).as(name).hasSize(1));
    }

    @Test void noClassNameIsAGerund() {
        assertThat(sources()).allSatisfy(file -> {
            String code = Files.readString(file)
                    .replaceAll("(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(\\\\.|[^\"\\\\\n])*\"", "");
            assertThat(TYPE.matcher(code).results().map((MatchResult m) -> m.group(1)))
                    .as(file.toString())
                    .noneMatch(name -> name.endsWith("ing") && !TERMS_OF_THE_FIELD.contains(name));
        });
    }

    private static Stream<Path> sources() {
        return MODULES.stream().flatMap(module -> {
            try {
                return Files.walk(Path.of("..", module, "src")).filter(file -> file.toString().endsWith(".java"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
