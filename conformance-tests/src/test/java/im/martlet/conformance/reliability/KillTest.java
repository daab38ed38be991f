package im.martlet.conformance.reliability;

import static org.junit.jupiter.api.Assertions.assertAll;

import im.martlet.conformance.harness.KillScenario;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Kills the server at random moments while devices chat, and starts it again. In the end no acknowledged stanza is
 * lost, doubled or out of order. See docs/TESTING.md for longer runs.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillTest {
    private static final int KILLS = Integer.getInteger("martlet.kills", 30);
    private static final long SEED = Long.getLong("martlet.seed", new Random().nextInt(1_000_000));
    private static final int MOST_ACKNOWLEDGED = 500; // before a kill

    @TempDir Path folder;
    @TempDir Path another;

    /** Runs on both databases at once, because one server that restarts uses only one processor. */
    @Test void acknowledgedStanzasSurviveKills() throws Exception {
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            var embedded = both.submit(() -> run("H2", "", folder));
            var other = both.submit(this::runOnPostgresql);
            assertAll(embedded::get, other::get);
        }
    }

    private Void runOnPostgresql() throws Exception {
        try (var postgres = EmbeddedPostgres.builder().setOutputRedirector(Redirect.DISCARD)
                .setErrorRedirector(Redirect.DISCARD).start()) {
            return run("PostgreSQL",
                    "[storage]\nurl = '" + postgres.getJdbcUrl("postgres", "postgres") + "'\nuser = 'postgres'\n",
                    another);
        }
    }

    private static Void run(String database, String storage, Path folder) throws Exception {
        System.out.println(KILLS + " kills on " + database + "; to repeat them: -Dmartlet.seed=" + SEED);
        var random = new Random(SEED);
        long began = System.nanoTime();
        try (var server = new ServerProcess(folder, storage)) {
            server.start();
            var scenario = new KillScenario(server, SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                scenario.chatAndKill(random.nextInt(MOST_ACKNOWLEDGED));
                scenario.assertContent();
                server.start();
            }
            scenario.settle();
            new LedgerAudit(scenario).check();
            scenario.assertContent();
            long messages = scenario.devices().stream().mapToLong(d -> d.ledger().acknowledged().size()).sum();
            System.out.println(messages + " messages were acknowledged on " + database + " and none was lost, in "
                    + (System.nanoTime() - began) / 1_000_000_000 + " s");
            return null;
        }
    }
}
