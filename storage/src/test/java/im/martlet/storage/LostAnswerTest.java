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
 * The connection breaks after a commit, before PostgreSQL confirms it: the journal repeats the commit, and its data is
 * stored once.
 */
class LostAnswerTest {
    @Test void commitWithLostAnswerIsStoredOnce() throws Exception {
        var config = Backend.POSTGRESQL.start();
        var uri = URI.create(config.url().substring("jdbc:".length()));
        try (var proxy = new ProxyConnection(uri.getPort());
                var database =
                        Database.open(new StorageConfig(config.url().replace(":" + uri.getPort(), ":" + proxy.port()),
                                config.user(), "", 4))) {
            var account = TestAccountStores.accounts(database).create(Jid.parse("juliet@localhost"), List.of())
                    .orElseThrow().key();
            proxy.losesNextCommit.set(true);
            write(database, new Write.Append(account, entry(1, JULIET, true, true, "kept")),
                    new Write.Append(account, entry(2, JULIET, true, false, "passing")),
                    new Write.Delivered(account, 2, true), new Write.Announce(account, "push", 2, Instant.EPOCH));
            assertThat(proxy.losesNextCommit).isFalse();
            List<Long> ids = database.read(sql -> sql.select(ARCHIVE.ID).from(ARCHIVE)
                    .where(ARCHIVE.ACCOUNT.eq(account.value())).fetch(ARCHIVE.ID));
            assertThat(ids).containsExactly(1L);
            int announced = database.read(sql -> sql.fetchCount(OUTBOX));
            assertThat(announced).isOne();
        }
    }

    /** A proxy between the connection pool and the database. */
    private static final class ProxyConnection implements Closeable {
        private final AtomicBoolean losesNextCommit = new AtomicBoolean();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        ProxyConnection(int database) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var client = listener.accept();
                        var server = new Socket(InetAddress.getLoopbackAddress(), database);
                        Thread.ofVirtual().start(() -> forward(client, server, false));
                        Thread.ofVirtual().start(() -> forward(server, client, true));
                    }
                } catch (IOException closed) { // the test is over
                }
            });
        }

        int port() { return listener.getLocalPort(); }

        private void forward(Socket from, Socket to, boolean answers) {
            try (from; to) {
                byte[] buffer = new byte[64 * 1024];
                for (int n = from.getInputStream().read(buffer); n > 0; n = from.getInputStream().read(buffer)) {
                    if (answers && new String(buffer, 0, n, ISO_8859_1).contains("COMMIT\0")
                            && losesNextCommit.compareAndSet(true, false))
                        return;
                    to.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException broken) { // expected when one side closes
            }
        }

        @Override public void close() throws IOException { listener.close(); }
    }
}
