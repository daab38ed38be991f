package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.REMOTE_MESSAGE;

import im.martlet.storage.db.Database;
import im.martlet.storage.db.Rows;
import java.util.Collection;
import java.util.List;
import org.jooq.impl.DSL;

final class JooqRemoteMessages implements RemoteMessages {
    private final Database database;

    JooqRemoteMessages(Database database) { this.database = database; }

    @Override public void write(List<Item> added, Collection<Long> removed) {
        database.write(sql -> {
            if (!added.isEmpty()) Rows.run(sql,
                    sql.insertInto(REMOTE_MESSAGE, REMOTE_MESSAGE.ID, REMOTE_MESSAGE.LOCAL_DOMAIN,
                            REMOTE_MESSAGE.REMOTE_DOMAIN, REMOTE_MESSAGE.STANZA)
                            .values(0L, "", "", new byte[0]).onConflictDoNothing(),
                    added.stream().map(i -> new Object[]{ i.id(), i.local(), i.remote(), i.stanza() }).toList());
            if (!removed.isEmpty()) Rows.run(sql, sql.deleteFrom(REMOTE_MESSAGE).where(REMOTE_MESSAGE.ID.eq(0L)),
                    removed.stream().map(id -> new Object[]{ id }).toList());
            return null;
        });
    }

    @Override public List<Item> after(String local, String remote, long id, int limit) {
        return database.read(sql -> sql.select(REMOTE_MESSAGE.ID, REMOTE_MESSAGE.STANZA).from(REMOTE_MESSAGE)
                .where(REMOTE_MESSAGE.LOCAL_DOMAIN.eq(local)).and(REMOTE_MESSAGE.REMOTE_DOMAIN.eq(remote))
                .and(REMOTE_MESSAGE.ID.gt(id))
                .orderBy(REMOTE_MESSAGE.ID).limit(limit).fetch(r -> new Item(r.value1(), local, remote, r.value2())));
    }

    @Override public List<PendingCount> waiting() {
        return database.read(sql -> sql.select(REMOTE_MESSAGE.LOCAL_DOMAIN, REMOTE_MESSAGE.REMOTE_DOMAIN, DSL.count())
                .from(REMOTE_MESSAGE)
                .groupBy(REMOTE_MESSAGE.LOCAL_DOMAIN, REMOTE_MESSAGE.REMOTE_DOMAIN)
                .fetch(r -> new PendingCount(r.value1(), r.value2(), r.value3())));
    }

    @Override public long last() {
        return database.read(sql -> sql.select(DSL.max(REMOTE_MESSAGE.ID)).from(REMOTE_MESSAGE)
                .fetchOptional(r -> r.value1() == null ? 0L : r.value1()).orElse(0L));
    }
}
