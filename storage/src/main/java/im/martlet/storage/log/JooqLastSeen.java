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
 * Departures go with the journal: a commit for each of those who leave at the same time would cost more than all else
 * that they do.
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

    /** Part of a commit of the journal. */
    static void depart(DSLContext sql, Map<AccountKey, Departure> departures) {
        if (departures.isEmpty()) return;
        var all = List.copyOf(departures.entrySet());
        int[] known = Rows.run(sql,
                sql.update(LAST_SEEN).set(LAST_SEEN.SEEN, Instant.EPOCH).set(LAST_SEEN.STATUS, "")
                        .where(LAST_SEEN.ACCOUNT.eq(0L)),
                all.stream().map(d -> new Object[]{ d.getValue().at(), d.getValue().status(), d.getKey().value() })
                        .toList());
        for (int i = 0; i < known.length; i++)
            if (known[i] == 0) first(sql, all.get(i).getKey(), all.get(i).getValue()); // an update costs half as much, and is what most are
    }

    /** The account may be about to be deleted by another transaction: whether it is there counts once that is done. */
    private static void first(DSLContext sql, AccountKey account, Departure departure) {
        var there =
                sql.select(ACCOUNT.ID, val(departure.at(), LAST_SEEN.SEEN), val(departure.status(), LAST_SEEN.STATUS))
                        .from(ACCOUNT).where(ACCOUNT.ID.eq(account.value()));
        sql.insertInto(LAST_SEEN, LAST_SEEN.ACCOUNT, LAST_SEEN.SEEN, LAST_SEEN.STATUS)
                .select(sql.dialect() == SQLDialect.H2 ? there : there.forKeyShare()).execute(); // H2 has one writer at a time
    }
}
