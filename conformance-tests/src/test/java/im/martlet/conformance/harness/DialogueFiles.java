package im.martlet.conformance.harness;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/**
 * Makes a container of tests from each file in {@code dialogues/}, with one test for each line. The property
 * {@code martlet.dialogues} is a pattern of file names, and selects the dialogues that are played.
 */
public final class DialogueFiles {
    private static final Path FOLDER = Path.of("src/test/resources/dialogues");
    private static final String SELECTED = System.getProperty("martlet.dialogues", ".*");

    private DialogueFiles() {}

    /**
     * Returns the tests of all selected dialogues.
     *
     * @param transport the transport of the clients
     * @param names patterns of file names, one of which a dialogue must match
     */
    public static Stream<DynamicNode> tests(StreamTransport transport, String... names) throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().filter(file -> matches(file, List.of(names))).map(file -> test(file, transport))
                    .toList().stream();
        }
    }

    private static boolean matches(Path file, List<String> names) {
        String name = file.getFileName().toString();
        return name.matches(SELECTED) && names.stream().anyMatch(name::matches);
    }

    private static DynamicNode test(Path file, StreamTransport transport) {
        try {
            var dialogue = Dialogue.read(file);
            boolean clientsOnly = dialogue.kinds().values().stream().allMatch(Dialogue.Kind.CLIENT::equals);
            var servers = clientsOnly ? DialogueServers.ofClients() : DialogueServers.ofServers();
            var player = new DialoguePlayer(dialogue, servers, transport);
            var steps = dialogue.lines().stream()
                    .map(line -> dynamicTest(line.number() + ": " + line, () -> player.play(line)));
            return dynamicContainer(file.getFileName() + ": " + dialogue.title(),
                    Stream.concat(steps, Stream.of(dynamicTest("the end", player::end))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
