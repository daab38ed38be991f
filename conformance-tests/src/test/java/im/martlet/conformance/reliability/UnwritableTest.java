package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.stanza.Message;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Journal.Write;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The database refuses the writes of a stanza: the stanza is never acknowledged, and others are not affected. */
class UnwritableTest {
    private static final String SM = "urn:xmpp:sm:3";
    private static final String REQUEST = "<r xmlns='" + SM + "'/>";

    /** Adds a write that must fail to each message that has a poison element. */
    static final class Poison implements Extension {
        @Override public List<Hook> hooks() { return List.of(Hook.onSend(InterceptorStage.ARCHIVE, Poison::spoil)); }

        private static Verdict spoil(InterceptedStanza intercepted) {
            if (intercepted.stanza() instanceof Message m && m.has("urn:test:poison", "poison"))
                intercepted.transaction().record(new Write.Append(intercepted.account().existingKey(),
                        new Entry(1, m.from(), true, true, Optional.empty(), null)), () -> {});
            return Verdict.pass();
        }
    }

    public static final class PoisonModule extends AbstractModule {
        @Override protected void configure() {
            Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Poison.class);
        }
    }

    private static LocalServer server;

    @BeforeAll static void start() { server = LocalServer.start(LocalServer.SETTINGS, PoisonModule.class); }

    @AfterAll static void stop() { server.close(); }

    private static String message(Object to, int number, String more) {
        return "<message type='chat' to='" + to + "' id='m" + number + "'><body>" + number + "</body>" + more
                + "</message>";
    }

    private static String poisoned(Object to, int number) {
        return message(to, number, "<poison xmlns='urn:test:poison'/>");
    }

    @Test void refusedStanzaIsNotCountedAsHandled() throws Exception {
        var romeo = server.account("romeo");
        var juliet = server.account("juliet");
        var client = server.login(romeo, "r").send("<enable xmlns='" + SM + "' resume='true'/>");
        var stream = client.receive().attribute("id");
        client.send(message(juliet, 1, "") + poisoned(juliet, 2) + message(juliet, 3, "") + REQUEST);
        assertThat(client.streamError()).isEqualTo("internal-server-error"); // without an <a/> before it
        try (var again =
                server.authenticate(romeo).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='0'/>")) {
            var failed = again.receive();
            assertThat(failed.name()).isEqualTo("failed");
            assertThat(failed.attribute("h")).isEqualTo("1");
            again.bind("r");
            assertThat(LedgerAudit.archive(again)).containsExactly("m1", "m3"); // the refused message blocks no other
        }
        try (var recipient = server.login(juliet, "j")) {
            assertThat(LedgerAudit.archive(recipient)).containsExactly("m1", "m3");
        }
    }

    @Test void refusedStanzaEndsTheStreamWithoutFurtherStanzas() throws Exception {
        try (var client = server.login(server.account("romeo"), "r")) {
            client.send("<enable xmlns='" + SM + "'/>").receive();
            client.send(poisoned(server.account("juliet"), 1) + REQUEST);
            assertThat(client.streamError()).isEqualTo("internal-server-error");
        }
    }

    @Test void refusedStanzaEndsAStreamWithoutStreamManagement() throws Exception {
        var romeo = server.account("romeo");
        try (var client = server.login(romeo, "r"); var other = server.login(romeo, "other")) {
            client.send(poisoned(server.account("juliet"), 1)).fence();
            other.send(message(romeo, 2, "")).fence(); // the journal still commits
            assertThat(client.streamError()).isEqualTo("internal-server-error");
        }
    }
}
