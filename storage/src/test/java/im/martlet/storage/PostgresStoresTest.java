package im.martlet.storage;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.LastSeen;
import im.martlet.storage.log.TestLogStores;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PostgresStoresTest implements StoresContract, LogContract, RoomsContract, NodesContract, RemoteMessagesContract,
        TokensContract, UploadsContract, PushContract, ArchiveLimitsContract {
    @Override public Backend backend() { return Backend.POSTGRESQL; }

    /** The first departure refers to the account, which is gone after the other transaction. */
    @Test void departureDuringAccountDeletionDoesNotBlockTheJournal() throws Exception {
        var database = backend().database();
        var account = TestAccountStores.accounts(database).create(Jid.parse("departing@localhost"), List.of())
                .orElseThrow().key();
        var written = new CountDownLatch(1);
        try (var journal = TestLogStores.journal(database)) {
            database.write(sql -> {
                sql.deleteFrom(ACCOUNT).where(ACCOUNT.ID.eq(account.value())).execute();
                journal.submit(List.of(new Write.Departed(account, new LastSeen.Departure(Instant.EPOCH, ""))),
                        written::countDown);
                await().until(() -> database
                        .read(other -> other.fetchCount(other.selectOne().from("pg_locks").where("not granted"))) > 0);
                return null;
            });
            assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(TestLogStores.lastSeen(database, journal).of(account)).isEmpty();
        }
    }
}
