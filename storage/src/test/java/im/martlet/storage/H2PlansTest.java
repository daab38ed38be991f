package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.TestLogStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** Queries of an archive read only about as many rows as they return, also on H2 with its simple planner. */
class H2PlansTest {
    private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");

    private final List<String> queries = new ArrayList<>();

    @Test void queriesByIdDoNotScanTheWholeArchive() throws Exception {
        try (var database = Database.open(new StorageConfig("jdbc:h2:mem:" + UUID.randomUUID(), "", "", 2))) {
            var account = TestAccountStores.accounts(database).create(Jid.parse("juliet@localhost"), List.of())
                    .orElseThrow().key();
            LogContract.write(database,
                    LongStream.rangeClosed(1, 2000)
                            .<Write>mapToObj(id -> new Write.Append(account, LogContract.entry(id, true, "m" + id)))
                            .toArray(Write[]::new));
            database.read(sql -> sql.configuration().set((ExecuteListenerProvider) this::listener));
            var archive = TestLogStores.archive(database);
            var juliet = Optional.of(LogContract.JULIET);
            assertThat(archive.existing(account, List.of(1L, 1000L, 2000L, 3000L))).containsExactlyInAnyOrder(1L, 1000L,
                    2000L);
            assertThat(archive.page(account,
                    new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(1L, 1000L, 2000L)), 9,
                    false)).extracting(Archive.Entry::id).containsExactly(1L, 1000L, 2000L);
            assertThat(archive.page(account, new Selection(juliet, 1, 3000, Set.of(1L, 1000L, 2000L)), 9, true))
                    .extracting(Archive.Entry::id).containsExactly(1000L, 2000L);
            var statements = List.copyOf(queries);
            assertThat(statements).hasSize(3)
                    .allSatisfy(statement -> assertThat(scanned(database, statement)).isLessThan(20));
        }
    }

    private ExecuteListener listener() {
        return new ExecuteListener() {
            @Override public void executeStart(ExecuteContext context) {
                if (context.query() != null)
                    queries.add(DSL.using(context.dialect(), context.settings()).renderInlined(context.query()));
            }
        };
    }

    private static int scanned(Database database, String statement) {
        var plan = database.read(sql -> sql.fetchSingle("explain analyze " + statement).get(0, String.class));
        return SCANNED.matcher(plan).results().mapToInt(found -> Integer.parseInt(found.group(1))).sum();
    }
}
