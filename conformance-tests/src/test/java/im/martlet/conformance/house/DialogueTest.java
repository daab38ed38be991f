package im.martlet.conformance.house;

import im.martlet.conformance.harness.DialogueFiles;
import im.martlet.conformance.harness.StreamTransport;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Plays every dialogue over TCP. */
class DialogueTest {
    @TestFactory Stream<DynamicNode> dialogues() throws IOException {
        return DialogueFiles.tests(StreamTransport.TCP, ".*");
    }
}
