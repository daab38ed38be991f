package im.martlet.storage;

import static im.martlet.storage.schema.Tables.OUTBOX;

import java.time.Instant;
import java.util.List;

final class JooqOutbox implements Outbox {
    private final Database database;

    JooqOutbox(Database database) { this.database = database; }

    @Override public List<Item> due(String consumer, Instant now, int limit) {
        return database.read(sql -> sql.select(OUTBOX.ID, OUTBOX.ACCOUNT, OUTBOX.ENTRY, OUTBOX.ATTEMPTS).from(OUTBOX)
                .where(OUTBOX.CONSUMER.eq(consumer)).and(OUTBOX.DUE.le(now)).orderBy(OUTBOX.ID).limit(limit)
                .fetch(r -> new Item(r.value1(), new AccountKey(r.value2()), r.value3(), r.value4())));
    }

    @Override public void done(Item item) { database.note(sql -> sql.deleteFrom(OUTBOX).where(OUTBOX.ID.eq(item.id())).execute()); }

    @Override public void postpone(Item item, Instant due) {
        database.note(sql -> sql.update(OUTBOX).set(OUTBOX.DUE, due).set(OUTBOX.ATTEMPTS, item.attempts() + 1).where(OUTBOX.ID.eq(item.id())).execute());
    }

    @Override public long count(String consumer) { return database.read(sql -> sql.fetchCount(OUTBOX, OUTBOX.CONSUMER.eq(consumer))); }
}
