package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.admin.AdminException;
import im.martlet.config.Config;
import im.martlet.server.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that changes while the server runs. */
class ReloadTest {
    private static final String LARGE = "<message><body>" + "x".repeat(12_000) + "</body></message>";

    @TempDir Path folder;
    private String settings;
    private Server server;

    @BeforeEach void start() throws Exception {
        settings = LocalServer.SETTINGS + "[server]\ndata = '" + folder.resolve("data") + "'\n[storage]\nurl = 'jdbc:h2:mem:reload" + System.nanoTime() + ";DB_CLOSE_DELAY=-1'\n";
        write(settings);
        server = Server.start(Config.load(folder.resolve("martlet.toml")));
    }

    @AfterEach void stop() { server.close(); }

    private void write(String text) throws Exception { Files.writeString(folder.resolve("martlet.toml"), text); }

    private void reload(String from, String to) throws Exception {
        write(settings.replace(from, to));
        server.reload();
    }

    private Client connect() throws Exception { return new Client(server.client().getFirst().getPort()); }

    @Test void newConnectionsHaveTheNewLimitsAndOldOnesTheOld() throws Exception {
        try (var old = connect().open("localhost")) {
            reload("[limits]", "[limits]\nstanza_before_login = 20000\n");
            assertThat(old.send(LARGE).streamError()).isEqualTo("policy-violation");
        }
        try (var fresh = connect().open("localhost")) {
            assertThat(fresh.features.child("limits").orElseThrow().child("max-bytes").orElseThrow().text()).isEqualTo("20000");
            assertThat(fresh.send(LARGE).streamError()).isEqualTo("not-authorized");
        }
    }

    @Test void depthAndAttributesAreSettings() throws Exception {
        reload("[limits]", "[limits]\ndepth_before_login = 40\nattributes_before_login = 40\n");
        try (var client = connect().open("localhost")) {
            assertThat(client.send("<a>".repeat(30) + "</a>".repeat(30)).streamError()).isEqualTo("unsupported-stanza-type");
        }
        try (var client = connect().open("localhost")) {
            assertThat(client.send("<a>".repeat(41)).streamError()).isEqualTo("policy-violation");
        }
    }

    @Test void anAddressMayOpenAsManyConnectionsAsTheFileSaysNow() throws Exception {
        reload("waiting_per_address = 10000", "waiting_per_address = 1");
        try (var first = connect().open("localhost"); var second = connect()) {
            assertThat(first.features.child("starttls")).isPresent();
            assertThat(second.socket().getInputStream().read()).as("the end").isEqualTo(-1);
        }
    }

    @Test void theAnswerSaysWhatChangesNowAndWhatAtTheNextStart() throws Exception {
        write(settings.replace("[limits]", "[limits]\nidle = '10m'\nroster_items = 5\n").replace("client_tls = [\"127.0.0.1:0\"]", "client_tls = []")
                .replace("per_hour = 0", "per_hour = 1").replace("[hosts.\"other.example\"]", "[hosts.\"new.example\"]"));
        assertThat(server.reload()).contains("[limits] idle has changed", "[limits] roster_items changes at the next start", "[listen] client_tls changes at the next start",
                "[registration] per_hour changes at the next start", "[hosts] hosts come and go at the next start");
        assertThat(server.reload()).doesNotContain("[limits] idle has changed").contains("[limits] roster_items changes at the next start");
        write(settings);
        assertThat(server.reload()).contains("[limits] idle has changed").doesNotContain("[limits] roster_items changes at the next start");
    }

    @Test void aFileThatIsWrongChangesNothing() throws Exception {
        for (String wrong : new String[] {"[limits]\nstanza_before_login = 20000\nidel = '3m'\n", "[registratoin]\n[limits]\n", "[limits]\nstanza = 'x'\n"}) {
            write(settings.replace("[limits]", wrong));
            assertThatThrownBy(server::reload).isInstanceOf(AdminException.class).hasMessageContaining("everything stays as it is").hasMessageContaining("martlet.toml:");
        }
        try (var client = connect().open("localhost")) {
            assertThat(client.send(LARGE).streamError()).isEqualTo("policy-violation");
        }
    }
}
