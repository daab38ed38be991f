package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.OUTBOX;

import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

final class JooqOutbox implements Outbox {
    private final Database database;

    JooqOutbox(Database database) { this.database = database; }

    @Override public List<Item> due(String consumer, Instant now, Collection<Long> except, int limit) {
        return database.read(sql -> sql
                .select(OUTBOX.ID, OUTBOX.ACCOUNT, OUTBOX.ADDRESSEE, OUTBOX.ENTRY, OUTBOX.NOTE, OUTBOX.ATTEMPTS)
                .from(OUTBOX)
                .where(of(consumer, except)).and(OUTBOX.DUE.le(now)).and(isFirst(DSL.val(now))).orderBy(OUTBOX.ID)
                .limit(limit)
                .fetch(r -> new Item(r.value1(), new AccountKey(r.value2()), r.value3(), r.value4(), r.value5(),
                        r.value6())));
    }

    @Override public Optional<Instant> next(String consumer, Collection<Long> except) {
        return database.read(sql -> Optional.ofNullable(sql.select(DSL.min(OUTBOX.DUE)).from(OUTBOX)
                .where(of(consumer, except)).and(isFirst(OUTBOX.DUE)).fetchSingle().value1()));
    }

    /**
     * Selects entries without an earlier postponed one: an entry keeps its place, and blocks later ones until it is
     * due.
     */
    private static Condition isFirst(Field<Instant> when) {
        var before = OUTBOX.as("before");
        return DSL.notExists(DSL.selectOne().from(before).where(before.CONSUMER.eq(OUTBOX.CONSUMER))
                .and(before.ADDRESSEE.eq(OUTBOX.ADDRESSEE)).and(before.ID.lt(OUTBOX.ID))
                .and(before.ATTEMPTS.gt(0)).and(before.DUE.gt(when)));
    }

    private static Condition of(String consumer, Collection<Long> except) {
        var entries = OUTBOX.CONSUMER.eq(consumer);
        return except.isEmpty() ? entries : entries.and(OUTBOX.ADDRESSEE.notIn(except));
    }

    @Override public void done(Item item) {
        database.note(sql -> sql.deleteFrom(OUTBOX).where(OUTBOX.ID.eq(item.id())).execute());
    }

    @Override public void postpone(Item item, Instant due) {
        database.note(sql -> sql.update(OUTBOX).set(OUTBOX.DUE, due).set(OUTBOX.ATTEMPTS, item.attempts() + 1)
                .where(OUTBOX.ID.eq(item.id())).execute());
    }

    @Override public long count(String consumer) {
        return database.read(sql -> sql.fetchCount(OUTBOX, OUTBOX.CONSUMER.eq(consumer)));
    }

    @Override public long count(String consumer, long addressee) {
        return database
                .read(sql -> sql.fetchCount(OUTBOX, OUTBOX.CONSUMER.eq(consumer).and(OUTBOX.ADDRESSEE.eq(addressee))));
    }
}
