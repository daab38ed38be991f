package im.martlet.storage;

import static im.martlet.storage.schema.Tables.OFFLINE_MESSAGE;

import java.time.Instant;
import java.util.List;

final class JooqOfflineMessages implements OfflineMessages {
    private final Database database;

    JooqOfflineMessages(Database database) { this.database = database; }

    @Override public void append(AccountKey account, Instant received, String stanza) {
        database.read(sql -> sql.insertInto(OFFLINE_MESSAGE, OFFLINE_MESSAGE.ACCOUNT, OFFLINE_MESSAGE.RECEIVED, OFFLINE_MESSAGE.STANZA)
                .values(account.value(), received, stanza).execute());
    }

    @Override public List<Waiting> read(AccountKey account, long afterId, int limit) {
        return database.read(sql -> sql.select(OFFLINE_MESSAGE.ID, OFFLINE_MESSAGE.RECEIVED, OFFLINE_MESSAGE.STANZA).from(OFFLINE_MESSAGE)
                .where(OFFLINE_MESSAGE.ACCOUNT.eq(account.value())).and(OFFLINE_MESSAGE.ID.gt(afterId))
                .orderBy(OFFLINE_MESSAGE.ID).limit(limit).fetch(r -> new Waiting(r.value1(), r.value2(), r.value3())));
    }

    @Override public void remove(AccountKey account, long throughId) {
        database.read(sql -> sql.deleteFrom(OFFLINE_MESSAGE).where(OFFLINE_MESSAGE.ACCOUNT.eq(account.value()))
                .and(OFFLINE_MESSAGE.ID.le(throughId)).execute());
    }

    @Override public int count(AccountKey account) {
        return database.read(sql -> sql.fetchCount(OFFLINE_MESSAGE, OFFLINE_MESSAGE.ACCOUNT.eq(account.value())));
    }
}
