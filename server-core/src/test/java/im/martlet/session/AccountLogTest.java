package im.martlet.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import im.martlet.address.Jid;
import im.martlet.storage.StorageModule;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Journal;
import im.martlet.storage.log.Journal.Write;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which entries stay in the log after delivery (XEP-0160, XEP-0334 §4.2). */
class AccountLogTest {
    private Database database;
    private Injector stores;
    private AccountKey account;
    private AccountLog log;

    @BeforeEach void open() throws Exception {
        database =
                Database.open(new StorageConfig("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "", 4));
        stores = Guice.createInjector(new StorageModule(database));
        account =
                stores.getInstance(Accounts.class).create(Jid.parse("romeo@localhost"), List.of()).orElseThrow().key();
        reopen();
    }

    @AfterEach void close() throws Exception {
        stores.getInstance(Journal.class).close();
        database.close();
    }

    private void reopen() {
        log = new AccountLog(account, new AccountLogs(stores.getInstance(Archive.class),
                new JournalCommits(stores.getInstance(Journal.class))), () -> {});
    }

    private long append(boolean history) {
        long id = history ? log.appendHistory() : log.append();
        var entry = new Entry(id, Jid.parse("juliet@localhost/a"), true, history, Optional.empty(), new byte[0]);
        stores.getInstance(Journal.class).submit(List.of(new Write.Append(account, entry)), () -> log.written(id));
        return id;
    }

    private List<Long> entriesAfterDelivery() throws InterruptedException {
        log.storeMark();
        var written = new CountDownLatch(1);
        log.whenAllIsWritten(written::countDown);
        assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
        return stores.getInstance(Archive.class).incoming(account, 0, Long.MAX_VALUE, 99).stream().map(Entry::id)
                .toList();
    }

    @Test void onlyArchivedEntriesStayAfterDelivery() throws Exception {
        long first = append(true);
        append(false);
        long third = append(true);
        assertThat(entriesAfterDelivery()).containsExactly(first, third);
        long fourth = append(true);
        assertThat(entriesAfterDelivery()).containsExactly(first, third, fourth);
        append(false);
        assertThat(entriesAfterDelivery()).containsExactly(first, third, fourth);
    }

    @Test void waitingUnarchivedEntryStaysUntilItsWaitEnds() throws Exception {
        long waiting = append(false);
        log.addWaiting(waiting);
        long kept = append(true);
        assertThat(entriesAfterDelivery()).containsExactly(waiting, kept);
        log.endWaiting(kept);
        assertThat(entriesAfterDelivery()).containsExactly(kept);
    }

    @Test void reopenedLogStillRemovesUnarchivedEntries() throws Exception {
        long waiting = append(false);
        log.addWaiting(waiting);
        assertThat(entriesAfterDelivery()).containsExactly(waiting);
        reopen();
        long kept = append(true);
        log.endWaiting(kept);
        assertThat(entriesAfterDelivery()).containsExactly(kept);
    }
}
