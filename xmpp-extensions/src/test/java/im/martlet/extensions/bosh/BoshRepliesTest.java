package im.martlet.extensions.bosh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BoshRepliesTest {
    private final BoshReplies replies = new BoshReplies(1, Map.of(), 1, 2);

    private static String text(CompletableFuture<byte[]> answer) {
        return new String(answer.getNow("nothing yet".getBytes(UTF_8)), UTF_8);
    }

    private CompletableFuture<byte[]> hold(long rid) {
        var answer = new CompletableFuture<byte[]>();
        replies.hold(rid, answer);
        return answer;
    }

    @Test void theAnswerToAPauseHasNoPayload() { // XEP-0124 §10: "MUST NOT contain any payloads"
        hold(1);
        var before = hold(2);
        assertThat(text(before)).isEqualTo("nothing yet");
        replies.send("<a/>".getBytes(UTF_8));
        assertThat(text(before)).contains("<a/>");
        replies.send("<b/>".getBytes(UTF_8));
        var pause = new CompletableFuture<byte[]>();
        replies.pause(3, pause);
        assertThat(text(pause)).startsWith("<body").doesNotContain("<b/>");
        assertThat(text(hold(4))).contains("<b/>");
    }

    @Test void aPauseCompletesAllHeldRequests() {
        var before = hold(1);
        var pause = new CompletableFuture<byte[]>();
        replies.pause(2, pause);
        assertThat(before).isCompleted();
        assertThat(pause).isCompleted();
    }
}
