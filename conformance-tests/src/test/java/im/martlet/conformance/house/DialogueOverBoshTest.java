package im.martlet.conformance.house;

import im.martlet.conformance.harness.DialogueFiles;
import im.martlet.conformance.harness.StreamTransport;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays dialogues over BOSH (XEP-0124, XEP-0206). Dialogues in which a client vanishes are left out: BOSH has no
 * connection to cut, and the server needs a minute to notice the absence.
 */
class DialogueOverBoshTest {
    @TestFactory Stream<DynamicNode> dialogues() throws IOException {
        return DialogueFiles.tests(StreamTransport.BOSH, "rfc6121-(2|8).*", "rfc6121-3-(subscriptions|unanswered).*",
                "rfc6121-4-directed.*", "xep-0(199|280|313).*", "xep-0352-client-state.*");
    }
}
