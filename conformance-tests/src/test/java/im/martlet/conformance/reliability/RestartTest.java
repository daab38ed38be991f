package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops and starts a server: clients learn the number of handled stanzas, and receive offline messages. */
class RestartTest {
    private static final String SM = "urn:xmpp:sm:3";
    private static final int MESSAGES = 400;

    @TempDir Path folder;

    @Test void restartKeepsTheHandledCountAndOfflineMessages() throws Exception {
        try (var server = new ServerProcess(folder, "")) {
            server.start();
            var romeo = server.account("romeo");
            var juliet = server.account("juliet");
            var sent = IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toList();
            String stream;
            try (var client = server.login(romeo, "r")) {
                client.send("<enable xmlns='" + SM + "' resume='true'/>");
                stream = client.receive().attribute("id");
                for (String id : sent) client.send(message(id));
                assertThat(server.terminate()).isZero();
                assertThat(client.streamError()).isEqualTo("system-shutdown");
            }

            server.start();
            try (var client =
                    server.authenticate(romeo).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='0'/>")) {
                var failed = client.receive();
                assertThat(failed.name()).isEqualTo("failed");
                int handled = failed.attribute("h").isEmpty() ? 0 : Integer.parseInt(failed.attribute("h"));
                System.out.println(handled + " of " + MESSAGES + " were handled before the server stopped");
                client.bind("r");
                assertThat(LedgerAudit.archive(client)).isEqualTo(sent.subList(0, handled));
                for (String id : sent.subList(handled, MESSAGES)) client.send(message(id));
                client.fence();
                assertThat(LedgerAudit.archive(client)).isEqualTo(sent);
            }
            try (var client = server.login(juliet, "j").send("<presence/>")) {
                assertThat(messages(client)).isEqualTo(sent);
            }
        }
    }

    private static String message(String id) {
        return "<message type='chat' to='juliet@localhost' id='" + id + "'><body>" + id + "</body></message>";
    }

    private static List<String> messages(Client client) throws Exception {
        var ids = new ArrayList<String>();
        while (ids.size() < MESSAGES) {
            var next = client.receive();
            if (next.name().equals("message")) ids.add(next.attribute("id"));
        }
        return ids;
    }
}
