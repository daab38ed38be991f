package im.martlet.conformance.house;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import im.martlet.conformance.harness.Dialogue;
import im.martlet.conformance.harness.DialoguePlayer;
import im.martlet.conformance.harness.DialogueServers;
import im.martlet.conformance.harness.StreamTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file in {@code dialogues/} is a test; every line in it is a step that passes, fails or is skipped by name. With
 * {@code -Dmartlet.dialogues=xep-0045.*} only those of such names are played.
 */
class DialogueTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/dialogues");
    private static final String WANTED = System.getProperty("martlet.dialogues", ".*");

    @TestFactory Stream<DynamicNode> dialogues() throws IOException {
        try (var files = Files.list(SCRIPTS)) {
            return files.sorted().filter(file -> file.getFileName().toString().matches(WANTED))
                    .map(DialogueTest::perform).toList().stream();
        }
    }

    /** What a stream is carried by makes no difference to what is said on it. */
    @TestFactory Stream<DynamicNode> dialoguesOverWebSockets() throws IOException {
        return over(StreamTransport.WEBSOCKET,
                "rfc6120.*|rfc6121-(2|8).*|rfc6121-3-(subscriptions|unanswered).*|rfc6121-4-directed.*|xep-0(198|199|280|313|352).*");
    }

    /** But for those in which somebody vanishes: there is no connection to cut, and it takes a minute to be missed. */
    @TestFactory Stream<DynamicNode> dialoguesOverBosh() throws IOException {
        return over(StreamTransport.BOSH,
                "rfc6121-(2|8).*|rfc6121-3-(subscriptions|unanswered).*|rfc6121-4-directed.*|xep-0(199|280|313).*|xep-0352-client-state.*");
    }

    private static Stream<DynamicNode> over(StreamTransport way, String names) throws IOException {
        try (var files = Files.list(SCRIPTS)) {
            return files.sorted()
                    .filter(file -> file.getFileName().toString().matches(names)
                            && file.getFileName().toString().matches(WANTED))
                    .map(file -> perform(file, way)).toList().stream();
        }
    }

    private static DynamicNode perform(Path file) { return perform(file, StreamTransport.TCP); }

    private static DynamicNode perform(Path file, StreamTransport way) {
        try {
            var dialogue = Dialogue.read(file);
            var performance = new DialoguePlayer(dialogue,
                    dialogue.kinds().values().stream().allMatch(Dialogue.Kind.CLIENT::equals)
                            ? DialogueServers.ofClients() : DialogueServers.ofServers(),
                    way);
            var steps = dialogue.lines().stream()
                    .map(line -> dynamicTest(line.number() + ": " + line, () -> performance.play(line)));
            return dynamicContainer(file.getFileName() + ": " + dialogue.title(),
                    Stream.concat(steps, Stream.of(dynamicTest("the end", performance::end))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
