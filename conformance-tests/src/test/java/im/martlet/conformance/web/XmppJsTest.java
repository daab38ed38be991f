package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.WebSocketBridge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The JavaScript library xmpp.js over WebSocket. Skipped if npm has not installed it (.ci/run does). */
class XmppJsTest {
    @Test void xmppJsLogsInAndChats() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("node_modules/ws")),
                "the packages of package.json are not installed; see .ci/run");
        var server = LocalServer.shared();
        var account = server.account("js");
        var client = new ProcessBuilder("node", "src/test/resources/clients/xmppjs.mjs",
                WebSocketBridge.address(server).toString(), "localhost", account.local(), LocalServer.PASSWORD)
                .redirectErrorStream(true);
        client.environment().put("NODE_TLS_REJECT_UNAUTHORIZED", "0"); // the certificate is self-signed
        var process = client.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("online " + account + "/js", "heard good evening", "stopped");
        assertThat(process.waitFor()).isZero();
    }
}
