package im.martlet.storage;

import static im.martlet.storage.LogContract.JULIET;
import static im.martlet.storage.LogContract.entry;
import static im.martlet.storage.LogContract.write;
import static im.martlet.storage.schema.Tables.ARCHIVE;
import static im.martlet.storage.schema.Tables.OUTBOX;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import im.martlet.storage.log.Journal.Write;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A commit comes through, and the connection breaks before PostgreSQL has said so: it is made again, and is there once.
 */
class LostAnswerTest {
    @Test void aCommitWhoseAnswerIsLostIsThereOnce() throws Exception {
        var config = Backend.POSTGRESQL.start();
        var uri = URI.create(config.url().substring("jdbc:".length()));
        try (var line = new Line(uri.getPort());
                var database =
                        Database.open(new StorageConfig(config.url().replace(":" + uri.getPort(), ":" + line.port()),
                                config.user(), "", 4))) {
            var account = TestAccountStores.accounts(database).create(Jid.parse("juliet@localhost"), List.of())
                    .orElseThrow().key();
            line.losesTheNextCommit.set(true);
            write(database, new Write.Append(account, entry(1, JULIET, true, true, "kept")),
                    new Write.Append(account, entry(2, JULIET, true, false, "passing")),
                    new Write.Delivered(account, 2, true), new Write.Announce(account, "push", 2, Instant.EPOCH));
            assertThat(line.losesTheNextCommit).isFalse();
            List<Long> kept = database.read(sql -> sql.select(ARCHIVE.ID).from(ARCHIVE)
                    .where(ARCHIVE.ACCOUNT.eq(account.value())).fetch(ARCHIVE.ID));
            assertThat(kept).containsExactly(1L);
            int announced = database.read(sql -> sql.fetchCount(OUTBOX));
            assertThat(announced).isOne();
        }
    }

    /** Between the pool and the database. */
    private static final class Line implements Closeable {
        private final AtomicBoolean losesTheNextCommit = new AtomicBoolean();
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Line(int database) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var client = door.accept();
                        var server = new Socket(InetAddress.getLoopbackAddress(), database);
                        Thread.ofVirtual().start(() -> carry(client, server, false));
                        Thread.ofVirtual().start(() -> carry(server, client, true));
                    }
                } catch (IOException closed) { // and so is the test over
                }
            });
        }

        int port() { return door.getLocalPort(); }

        private void carry(Socket from, Socket to, boolean answers) {
            try (from; to) {
                byte[] buffer = new byte[64 * 1024];
                for (int n = from.getInputStream().read(buffer); n > 0; n = from.getInputStream().read(buffer)) {
                    if (answers && new String(buffer, 0, n, ISO_8859_1).contains("COMMIT\0")
                            && losesTheNextCommit.compareAndSet(true, false))
                        return;
                    to.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException broken) { // as it will be, when one side goes
            }
        }

        @Override public void close() throws IOException { door.close(); }
    }
}
