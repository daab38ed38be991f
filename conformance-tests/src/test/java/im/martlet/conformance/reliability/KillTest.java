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

/**
 * What was acknowledged is kept: the server is killed at random moments while a crowd chats, and started again; in the
 * end nothing that it has acknowledged may be lost, or be there twice, or in another order. See docs/TESTING.md for
 * longer runs.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("martlet.kills", 30);
    private static final long SEED = Long.getLong("martlet.seed", new Random().nextInt(1_000_000));
    private static final int MOST_ACKNOWLEDGED = 500; // before a kill

    @TempDir Path folder;
    @TempDir Path another;

    /**
     * On both databases at once: a server that starts again and again keeps one processor busy, and the test would wait
     * for it.
     */
    @Test void nothingAcknowledgedIsLostWhenTheServerIsKilled() throws Exception {
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
        System.out.println(KILLS + " kills on " + database + "; to see them again: -Dmartlet.seed=" + SEED);
        var random = new Random(SEED);
        long began = System.nanoTime();
        try (var server = new ServerProcess(folder, storage)) {
            server.start();
            var crowd = new KillScenario(server, SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                crowd.chatAndKill(random.nextInt(MOST_ACKNOWLEDGED));
                crowd.assertContent();
                server.start();
            }
            crowd.settle();
            new LedgerAudit(crowd).check();
            crowd.assertContent();
            long messages = crowd.devices().stream().mapToLong(d -> d.ledger().acknowledged().size()).sum();
            System.out.println(messages + " messages were acknowledged on " + database + ", and none was lost, in "
                    + (System.nanoTime() - began) / 1_000_000_000 + " s");
            return null;
        }
    }
}
