package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.DIRECTORY_ENTRY;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

final class JooqUserDirectory implements UserDirectory {
    private final Database database;

    JooqUserDirectory(Database database) { this.database = database; }

    @Override public Optional<Entry> of(AccountKey account) {
        return database.read(sql -> sql.select(DIRECTORY_ENTRY.fields()).from(DIRECTORY_ENTRY)
                .where(DIRECTORY_ENTRY.ACCOUNT.eq(account.value())).fetchOptional(JooqUserDirectory::entry));
    }

    @Override public void put(AccountKey account, Entry e) {
        database.write(sql -> sql
                .insertInto(DIRECTORY_ENTRY, DIRECTORY_ENTRY.ACCOUNT, DIRECTORY_ENTRY.FIRST_NAME,
                        DIRECTORY_ENTRY.LAST_NAME, DIRECTORY_ENTRY.NICK, DIRECTORY_ENTRY.EMAIL)
                .values(account.value(), e.first(), e.last(), e.nick(), e.email()).onConflict(DIRECTORY_ENTRY.ACCOUNT)
                .doUpdate()
                .set(DIRECTORY_ENTRY.FIRST_NAME, e.first()).set(DIRECTORY_ENTRY.LAST_NAME, e.last())
                .set(DIRECTORY_ENTRY.NICK, e.nick()).set(DIRECTORY_ENTRY.EMAIL, e.email()).execute());
    }

    @Override public void remove(AccountKey account) {
        database.write(
                sql -> sql.deleteFrom(DIRECTORY_ENTRY).where(DIRECTORY_ENTRY.ACCOUNT.eq(account.value())).execute());
    }

    @Override public List<Found> search(String host, Entry b, int limit) {
        return database.read(sql -> sql.select(DIRECTORY_ENTRY.fields()).select(ACCOUNT.HOST, ACCOUNT.LOCALPART)
                .from(DIRECTORY_ENTRY).join(ACCOUNT).on(ACCOUNT.ID.eq(DIRECTORY_ENTRY.ACCOUNT))
                .where(ACCOUNT.HOST.eq(host)).and(begins(DIRECTORY_ENTRY.FIRST_NAME, b.first()))
                .and(begins(DIRECTORY_ENTRY.LAST_NAME, b.last()))
                .and(begins(DIRECTORY_ENTRY.NICK, b.nick())).and(begins(DIRECTORY_ENTRY.EMAIL, b.email()))
                .orderBy(ACCOUNT.LOCALPART).limit(limit)
                .fetch(r -> new Found(Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""), entry(r))));
    }

    private static Condition begins(Field<String> field, String text) {
        return text.isEmpty() ? DSL.noCondition() : field.startsWithIgnoreCase(text);
    }

    private static Entry entry(Record r) {
        return new Entry(r.get(DIRECTORY_ENTRY.FIRST_NAME), r.get(DIRECTORY_ENTRY.LAST_NAME),
                r.get(DIRECTORY_ENTRY.NICK), r.get(DIRECTORY_ENTRY.EMAIL));
    }
}
