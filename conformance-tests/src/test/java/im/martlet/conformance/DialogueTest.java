package im.martlet.conformance;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Every file in {@code dialogues/} is a test; every line in it is a step that passes, fails or is skipped by name. */
class DialogueTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/dialogues");

    @TestFactory Stream<DynamicNode> dialogues() throws IOException {
        try (var files = Files.list(SCRIPTS)) {
            return files.sorted().map(DialogueTest::perform).toList().stream();
        }
    }

    private static DynamicNode perform(Path file) {
        try {
            var dialogue = Dialogue.read(file);
            var performance = new Performance(dialogue, dialogue.kinds().values().stream().allMatch(Dialogue.Kind.CLIENT::equals) ? Stage.ofClients() : Stage.ofServers());
            var steps = dialogue.lines().stream().map(line -> dynamicTest(line.number() + ": " + line, () -> performance.play(line)));
            return dynamicContainer(file.getFileName() + ": " + dialogue.title(), Stream.concat(steps, Stream.of(dynamicTest("the end", performance::end))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
