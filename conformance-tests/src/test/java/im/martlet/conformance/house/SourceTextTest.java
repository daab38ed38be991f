package im.martlet.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.xml.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules for the text of source files. */
class SourceTextTest {
    private static final int WIDTH = 120;
    private static final Pattern STRING = Pattern.compile("\"(\\\\.|[^\"\\\\])*\"");

    private static final Pattern TEXT_BLOCK = Pattern.compile("\"{3}");

    @Test void noLineIsLongerThan120Characters() throws IOException {
        var tooLong = new ArrayList<String>();
        for (Path file : SourceFiles.all().toList()) {
            var lines = Files.readAllLines(file);
            boolean inTextBlock = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                inTextBlock ^= TEXT_BLOCK.matcher(line).results().count() % 2 == 1;
                if (line.length() > WIDTH && !inTextBlock && !isMainlyOneString(line))
                    tooLong.add(file + ":" + (i + 1) + ": " + line.length() + " characters");
            }
        }
        assertThat(tooLong).as("a line has at most %d characters, unless most of it is one string", WIDTH).isEmpty();
    }

    private static boolean isMainlyOneString(String line) {
        int longest = STRING.matcher(line).results().mapToInt(string -> string.group().length()).max().orElse(0);
        return longest * 2 > line.strip().length();
    }

    @Test void aNamespaceOfSeveralPackagesIsWrittenOnce() throws IOException, IllegalAccessException {
        var constants = new TreeMap<String, String>();
        for (var field : Namespaces.class.getFields()) constants.put((String) field.get(null), field.getName());
        var copies = new ArrayList<String>();
        for (Path file : SourceFiles.product().filter(f -> !f.endsWith("Namespaces.java")).toList()) {
            String text = Files.readString(file).replaceAll("(?s)@Xep\\([^)]*\\)", ""); // titles may equal a namespace
            constants.forEach((namespace, name) -> {
                if (text.contains('"' + namespace + '"')) copies.add(file + ": write Namespaces." + name);
            });
        }
        assertThat(copies).as("namespaces that Namespaces has, written again").isEmpty();
    }
}
