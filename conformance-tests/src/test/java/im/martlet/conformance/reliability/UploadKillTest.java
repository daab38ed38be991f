package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.config.Config;
import im.martlet.conformance.harness.ServerProcess;
import im.martlet.conformance.harness.TestConfig;
import im.martlet.conformance.harness.peers.UploadClient;
import im.martlet.conformance.upload.UploadTest;
import im.martlet.extensions.upload.UploadMaintenance;
import im.martlet.server.Server;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kills the server during uploads: each file that got status 201 is kept, and partial uploads leave no data. */
@Execution(ExecutionMode.CONCURRENT)
class UploadKillTest {
    private static final int KILLS = Integer.getInteger("martlet.kills", 3);
    private static final long SEED = Long.getLong("martlet.seed", new Random().nextInt(1_000_000));
    private static final int UPLOADERS = 4;

    @TempDir Path folder;

    private record Kept(URI url, int length, int seed) {}

    private final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    private final Semaphore acknowledged = new Semaphore(0);
    private ServerProcess server;

    private void upload(Jid account, Random random) {
        try (var uploader = UploadClient.with(server.login(account, "x"))) {
            while (true) {
                int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 4_000_000 : 100_000);
                int seed = random.nextInt(5); // some files are identical
                var slot = uploader.slot("file", length, "");
                if (uploader.put(slot.put(), UploadTest.bytes(length, seed), "").statusCode() != 201)
                    throw new AssertionError("refused");
                kept.add(new Kept(slot.get(), length, seed));
                acknowledged.release();
            }
        } catch (Exception | AssertionError killed) {
            // the server was killed
        }
    }

    private void uploadAndKill(List<Jid> accounts, Random random) throws Exception {
        acknowledged.drainPermits();
        int uploads = 5 + random.nextInt(60);
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var account : accounts) {
                var own = new Random(random.nextLong());
                all.submit(() -> upload(account, own));
            }
            assertThat(acknowledged.tryAcquire(uploads, 60, TimeUnit.SECONDS))
                    .as("enough uploads are acknowledged: %s", server.output()).isTrue();
            server.kill();
        }
    }

    @Test void acknowledgedUploadsSurviveKillsAndPartialUploadsLeaveNoData() throws Exception {
        System.out.println(KILLS + " kills; to repeat them: -Dmartlet.seed=" + SEED);
        try (var postgres = EmbeddedPostgres.builder().setOutputRedirector(Redirect.DISCARD)
                .setErrorRedirector(Redirect.DISCARD).start()) {
            var storage = "[upload]\nquota = 0\ndaily = 0\n[storage]\nurl = '"
                    + postgres.getJdbcUrl("postgres", "postgres") + "'\nuser = 'postgres'\n";
            try (var process = new ServerProcess(folder, storage)) {
                server = process;
                server.start();
                var accounts = new ArrayList<Jid>();
                for (int i = 0; i < UPLOADERS; i++) accounts.add(server.account("uploader" + i));
                var random = new Random(SEED);
                for (int kill = 0; kill < KILLS; kill++) {
                    uploadAndKill(accounts, random);
                    server.start();
                    try (var reader = UploadClient.with(server.login(accounts.getFirst(), "x"))) {
                        check(reader);
                    }
                }
                server.terminate();
            }
            checkLeftovers(storage);
        }
    }

    private void check(UploadClient reader) throws Exception {
        var now = reader.slot("x", 1, "").get(); // each start has a new port
        for (var file : kept) assertThat(reader.get(now.resolve(file.url.getRawPath())).body()).as(file.toString())
                .isEqualTo(UploadTest.bytes(file.length, file.seed));
        System.out.println(kept.size() + " files were acknowledged and none was lost");
    }

    /** Checks that no unused file is left after an hour; identical uploads share one file. */
    private void checkLeftovers(String storage) throws Exception {
        var settings = "[server]\ndata = '" + folder.resolve("data")
                + "'\n[listen]\nclient = []\nclient_tls = []\nadmin = '127.0.0.1:0'\n[proxy]\nlisten = []\n"
                + "[http]\ntls = ['127.0.0.1:0']\nlocal = []\n" + TestConfig.NO_FEDERATION;
        try (var again = Server.start(Config.parse(settings + storage, Path.of("test.toml")))) {
            again.injector().getInstance(UploadMaintenance.class).runAt(Instant.now().plus(Duration.ofHours(2)));
        }
        long different = kept.stream().map(file -> file.length + "/" + file.seed).distinct().count();
        // the upload that each kill interrupted may be kept or not
        assertThat(files()).isBetween(different, different + UPLOADERS * (long) KILLS);
        try (var all = Files.walk(folder.resolve("data/uploads"))) {
            assertThat(all.filter(file -> file.toString().endsWith(".part"))).isEmpty();
        }
    }

    private long files() throws IOException {
        try (var all = Files.walk(folder.resolve("data/uploads"))) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}
