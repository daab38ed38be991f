package im.martlet.conformance.house;

import im.martlet.conformance.harness.DialogueFiles;
import im.martlet.conformance.harness.StreamTransport;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Plays dialogues over WebSocket (RFC 7395): the transport makes no difference to the stanzas. */
class DialogueOverWebSocketTest {
    @TestFactory Stream<DynamicNode> dialogues() throws IOException {
        return DialogueFiles.tests(StreamTransport.WEBSOCKET, "rfc6120.*", "rfc6121-(2|8).*",
                "rfc6121-3-(subscriptions|unanswered).*", "rfc6121-4-directed.*", "xep-0(198|199|280|313|352).*");
    }
}
