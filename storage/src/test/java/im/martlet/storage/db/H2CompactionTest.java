package im.martlet.storage.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.TestLogStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An H2 file does not keep the space of outdated pages for ever. */
class H2CompactionTest {
    private static final int ACCOUNTS = 300, MESSAGES = 40_000, UNDER_WAY = 300, HOLDS = 300; // bytes
    private static final Jid CONTACT = Jid.parse("juliet@capulet.example/balcony");

    @TempDir Path folder;

    @Test void spaceIsReusedWhileMessagesArriveForAllAccounts() throws Exception {
        var config = new StorageConfig("jdbc:h2:file:" + folder.resolve("db"), "", "", 4);
        var random = new Random(3);
        try (var database = Database.open(config); var journal = TestLogStores.journal(database)) {
            var credit = new Semaphore(UNDER_WAY);
            for (int i = 1; i <= MESSAGES; i++) {
                credit.acquire();
                journal.submit(
                        List.of(new Write.Append(new AccountKey(1 + random.nextInt(ACCOUNTS)),
                                new Entry(i, CONTACT, true, true, Optional.empty(), new byte[HOLDS]))),
                        credit::release);
            }
            credit.acquire(UNDER_WAY);
            await().atMost(Duration.ofMinutes(2)).until(() -> database.compaction().orElseThrow().isEnough());
        }
        try (var database = Database.open(config)) {
            int found = 0;
            for (int account = 1; account <= ACCOUNTS; account++) found += TestLogStores.archive(database)
                    .page(new AccountKey(account), Selection.all(), MESSAGES, false).size();
            assertThat(found).isEqualTo(MESSAGES);
        }
    }
}
