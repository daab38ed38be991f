package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rules for the names of classes, in main code and in tests. */
class NamesTest {
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final Pattern COMMENT_OR_STRING =
            Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(\\\\.|[^\"\\\\\n])*\"");
    /** Terms of XEP-0199, XEP-0191 and RFC 5056. */
    private static final Set<String> TERMS_OF_THE_FIELD = Set.of("Ping", "RoomPing", "Blocking", "ChannelBinding");

    @Test void simpleClassNamesAreUnique() {
        var files = SourceFiles.all().filter(file -> !file.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
        assertThat(files).allSatisfy((name, places) -> assertThat(places).as(name).hasSize(1));
    }

    @Test void noClassNameIsAGerund() throws IOException {
        var gerunds = new TreeSet<String>();
        for (Path file : SourceFiles.all().toList()) {
            String code = COMMENT_OR_STRING.matcher(Files.readString(file)).replaceAll("");
            TYPE.matcher(code).results().map(type -> type.group(1)).filter(NamesTest::isGerund)
                    .forEach(name -> gerunds.add(name + " in " + file));
        }
        assertThat(gerunds).isEmpty();
    }

    private static boolean isGerund(String name) { return name.endsWith("ing") && !TERMS_OF_THE_FIELD.contains(name); }
}
