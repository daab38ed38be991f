package im.martlet.storage;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.LAST_SEEN;
import static org.jooq.impl.DSL.val;

import java.util.Optional;

final class JooqLastSeen implements LastSeen {
    private final Database database;

    JooqLastSeen(Database database) { this.database = database; }

    @Override public Optional<Departure> of(AccountKey account) {
        return database.read(sql -> sql.select(LAST_SEEN.SEEN, LAST_SEEN.STATUS).from(LAST_SEEN).where(LAST_SEEN.ACCOUNT.eq(account.value()))
                .fetchOptional(r -> new Departure(r.value1(), r.value2())));
    }

    @Override public void put(AccountKey account, Departure departure) {
        int known = database.note(sql -> sql.update(LAST_SEEN).set(LAST_SEEN.SEEN, departure.at()).set(LAST_SEEN.STATUS, departure.status())
                .where(LAST_SEEN.ACCOUNT.eq(account.value())).execute());
        if (known > 0) return; // as it is for all departures but the first, and costs half as much as what follows
        database.note(sql -> sql.insertInto(LAST_SEEN, LAST_SEEN.ACCOUNT, LAST_SEEN.SEEN, LAST_SEEN.STATUS)
                .select(sql.select(ACCOUNT.ID, val(departure.at(), LAST_SEEN.SEEN), val(departure.status(), LAST_SEEN.STATUS))
                        .from(ACCOUNT).where(ACCOUNT.ID.eq(account.value())))
                .onConflict(LAST_SEEN.ACCOUNT).doUpdate().set(LAST_SEEN.SEEN, departure.at()).set(LAST_SEEN.STATUS, departure.status()).execute());
    }
}
