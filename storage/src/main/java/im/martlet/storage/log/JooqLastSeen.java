package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.LAST_SEEN;
import static org.jooq.impl.DSL.val;

import im.martlet.storage.db.Database;
import im.martlet.storage.db.Rows;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Journal.Write;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;

/**
 * Writes departures through the journal: a commit for each of many users that leave at once would cost more than all
 * their other work.
 */
final class JooqLastSeen implements LastSeen {
    private final Database database;
    private final Journal journal;
    private final Map<AccountKey, Departure> underWay = new ConcurrentHashMap<>(); // not written yet

    JooqLastSeen(Database database, Journal journal) {
        this.database = database;
        this.journal = journal;
    }

    @Override public Optional<Departure> of(AccountKey account) {
        return Optional.ofNullable(underWay.get(account))
                .or(() -> database.read(sql -> sql.select(LAST_SEEN.SEEN, LAST_SEEN.STATUS).from(LAST_SEEN)
                        .where(LAST_SEEN.ACCOUNT.eq(account.value()))
                        .fetchOptional(r -> new Departure(r.value1(), r.value2()))));
    }

    @Override public void put(AccountKey account, Departure departure) {
        underWay.put(account, departure);
        journal.submit(List.of(new Write.Departed(account, departure)), () -> underWay.remove(account, departure));
    }

    /** Writes departures as a part of the journal's commit. */
    static void depart(DSLContext sql, Map<AccountKey, Departure> departures) {
        if (departures.isEmpty()) return;
        var all = List.copyOf(departures.entrySet());
        int[] updated = Rows.run(sql,
                sql.update(LAST_SEEN).set(LAST_SEEN.SEEN, Instant.EPOCH).set(LAST_SEEN.STATUS, "")
                        .where(LAST_SEEN.ACCOUNT.eq(0L)),
                all.stream().map(d -> new Object[]{ d.getValue().at(), d.getValue().status(), d.getKey().value() })
                        .toList());
        for (int i = 0; i < updated.length; i++)
            // most departures are updates, which cost half as much
            if (updated[i] == 0) insertFirst(sql, all.get(i).getKey(), all.get(i).getValue());
    }

    /**
     * Inserts the first departure of an account. Waits for a transaction that may delete the account, then checks that
     * it exists.
     */
    private static void insertFirst(DSLContext sql, AccountKey account, Departure departure) {
        var existing =
                sql.select(ACCOUNT.ID, val(departure.at(), LAST_SEEN.SEEN), val(departure.status(), LAST_SEEN.STATUS))
                        .from(ACCOUNT).where(ACCOUNT.ID.eq(account.value()));
        sql.insertInto(LAST_SEEN, LAST_SEEN.ACCOUNT, LAST_SEEN.SEEN, LAST_SEEN.STATUS)
                // H2 has only one writer at a time
                .select(sql.dialect() == SQLDialect.H2 ? existing : existing.forKeyShare()).execute();
    }
}
