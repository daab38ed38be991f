package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client library of JavaScript, from npm, on a WebSocket; skipped where npm or the network is not. */
class XmppJsTest {
    private static final Path HOME = Path.of("target/npm");
    private static final String LIBRARY = "@xmpp/client@0.14.0";
    private static final String SOCKETS = "ws@8"; // which Node itself has from 22 on

    private static int run(Path folder, Path out, String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("NODE_TLS_REJECT_UNAUTHORIZED", "0"); // the certificate is signed by itself
        var process = builder.start();
        if (process.waitFor(180, TimeUnit.SECONDS)) return process.exitValue();
        process.destroyForcibly();
        return -1;
    }

    @Test void itLogsInAndChats() throws Exception {
        Files.createDirectories(HOME);
        var out = HOME.resolve("out").toAbsolutePath();
        assumeTrue(run(HOME, out, "sh", "-c", "command -v npm && command -v node") == 0, "npm is not installed");
        assumeTrue(Files.isDirectory(HOME.resolve("node_modules/ws")) || run(HOME, out, "npm", "install", "--no-audit", "--no-fund", LIBRARY, SOCKETS) == 0, "npm cannot be reached");
        Files.copy(Path.of("src/test/resources/clients/xmppjs.mjs"), HOME.resolve("xmppjs.mjs"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var server = LocalServer.shared();
        var account = server.account("js");
        int status = run(HOME, out, "node", "xmppjs.mjs", WebSocketBridge.address(server).toString(), "localhost", account.local(), LocalServer.PASSWORD);
        assertThat(Files.readString(out)).contains("online " + account + "/js", "heard good evening");
        assertThat(status).isZero();
    }
}
