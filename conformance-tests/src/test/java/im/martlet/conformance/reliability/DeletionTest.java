package im.martlet.conformance.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Verdict;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a deleted account leaves no data, even if stanzas were on their way to it. */
class DeletionTest {
    private static final String SM = "urn:xmpp:sm:3";
    private static final LinkedBlockingQueue<StanzaTransaction> HELD = new LinkedBlockingQueue<>();

    /** Delays the commit of each received message that has a hold element. The message is in the account log. */
    static final class Brake implements Extension {
        @Override public List<Hook> hooks() { return List.of(Hook.onReceive(InterceptorStage.ARCHIVE, Brake::hold)); }

        private static Verdict hold(InterceptedStanza intercepted) {
            if (intercepted.stanza() instanceof Message m && m.has("urn:test:brake", "hold")) {
                intercepted.transaction().take();
                HELD.add(intercepted.transaction());
            }
            return Verdict.pass();
        }
    }

    public static final class BrakeModule extends AbstractModule {
        @Override protected void configure() {
            Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Brake.class);
        }
    }

    private static LocalServer server;

    @BeforeAll static void start() { server = LocalServer.start(LocalServer.SETTINGS, BrakeModule.class); }

    @AfterAll static void stop() { server.close(); }

    private static AccountKey key(Jid account) {
        return server.server().injector().getInstance(Accounts.class).find(account).orElseThrow().key();
    }

    private static List<Archive.Entry> archive(AccountKey account) {
        return server.server().injector().getInstance(Archive.class).page(account, Selection.all(), 10, false);
    }

    @Test void messageCommittedAfterDeletionIsDeletedToo() throws Exception {
        var juliet = server.account("juliet");
        var key = key(juliet);
        try (var romeo = server.login(server.account("romeo"), "r")) {
            romeo.send("<enable xmlns='" + SM + "'/>").receive();
            romeo.send("<message type='chat' to='" + juliet + "' id='m1'><body>one</body></message><r xmlns='" + SM
                    + "'/>");
            assertThat(romeo.receive().attribute("h")).isEqualTo("1");
            assertThat(archive(key)).hasSize(1);

            romeo.send("<message type='chat' to='" + juliet
                    + "' id='m2'><body>two</body><hold xmlns='urn:test:brake'/></message><r xmlns='" + SM + "'/>");
            var held = HELD.take();
            server.command("user del", Map.of("account", juliet.toString()));
            assertThat(archive(key)).isEmpty();
            held.giveBack();
            assertThat(romeo.receive().attribute("h")).isEqualTo("2"); // the message is committed now
            await().until(() -> archive(key).isEmpty());
            romeo.send("<message type='chat' to='" + juliet + "' id='m3'><body>three</body></message>");
            assertThat(romeo.receive().child("error").orElseThrow().child("service-unavailable")).isPresent();
        }
    }

    /** The server is killed after it deleted the account and then committed a late message. */
    @Test void leftoversOfADeletedAccountAreDeletedAtTheNextStart(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("martlet.toml"),
                LocalServer.SETTINGS + "[server]\ndata = '" + folder.resolve("data") + "'\n");
        AccountKey key;
        try (var before = LocalServer.from(file)) {
            var stores = before.server().injector();
            key = stores.getInstance(Accounts.class).find(before.account("juliet")).orElseThrow().key();
            stores.getInstance(Accounts.class).delete(key); // and is killed before it deletes again
            var late = new Archive.Entry(LogId.first(Instant.now()), Jid.of("romeo", "localhost", ""), true, true,
                    Optional.empty(), "<message/>".getBytes(UTF_8));
            var written = new CountDownLatch(1);
            stores.getInstance(Journal.class).submit(List.of(new Journal.Write.Append(key, late)), written::countDown);
            assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
        }
        try (var after = LocalServer.from(file)) {
            await().until(() -> after.server().injector().getInstance(Archive.class)
                    .page(key, Selection.all(), 10, false).isEmpty());
        }
    }
}
