package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ROSTER_ITEM;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;

/** Keeps a mark for each removed item, so that clients learn of it; deletes the oldest marks when there are many. */
public final class JooqRosters implements Rosters {
    private static final int MOST_MARKS = 200;

    private final Database database;

    JooqRosters(Database database) { this.database = database; }

    @Override public Roster of(AccountKey account) {
        return database.read(sql -> { // one statement, so that all rows belong to one snapshot
            var rows = sql.select(ACCOUNT.ROSTER_VERSION).select(ROSTER_ITEM.fields()).from(ACCOUNT)
                    .leftJoin(ROSTER_ITEM).on(ROSTER_ITEM.ACCOUNT.eq(ACCOUNT.ID)).and(ROSTER_ITEM.REMOVED.isFalse())
                    .where(ACCOUNT.ID.eq(account.value())).orderBy(ROSTER_ITEM.CONTACT).fetch();
            long version = rows.isEmpty() ? 0 : rows.getFirst().get(ACCOUNT.ROSTER_VERSION);
            return new Roster(version,
                    rows.stream().filter(r -> r.get(ROSTER_ITEM.ACCOUNT) != null).map(JooqRosters::item).toList());
        });
    }

    private static long version(DSLContext sql, AccountKey account) {
        return sql.select(ACCOUNT.ROSTER_VERSION).from(ACCOUNT).where(ACCOUNT.ID.eq(account.value()))
                .fetchOptional(ACCOUNT.ROSTER_VERSION).orElse(0L);
    }

    @Override public Optional<Item> item(AccountKey account, Jid contact) {
        return database.read(
                sql -> sql.select(ROSTER_ITEM.fields()).from(ROSTER_ITEM).where(ROSTER_ITEM.ACCOUNT.eq(account.value()))
                        .and(ROSTER_ITEM.CONTACT.eq(contact)).and(ROSTER_ITEM.REMOVED.isFalse())
                        .fetchOptional(JooqRosters::item));
    }

    @Override public long put(AccountKey account, Item item) {
        return database.write(sql -> {
            long version = next(sql, account);
            var values = values(item, version);
            sql.insertInto(ROSTER_ITEM).set(ROSTER_ITEM.ACCOUNT, account.value())
                    .set(ROSTER_ITEM.CONTACT, item.contact()).set(values)
                    .onConflict(ROSTER_ITEM.ACCOUNT, ROSTER_ITEM.CONTACT).doUpdate().set(values).execute();
            return version;
        });
    }

    private static Map<Field<?>, Object> values(Item item, long version) {
        var values = new LinkedHashMap<Field<?>, Object>();
        values.put(ROSTER_ITEM.NAME, item.name());
        values.put(ROSTER_ITEM.GROUP_NAMES, RosterGroups.join(item.groups()));
        values.put(ROSTER_ITEM.SUBSCRIPTION, item.subscription().name());
        values.put(ROSTER_ITEM.PENDING_OUT, item.pendingOut());
        values.put(ROSTER_ITEM.APPROVED, item.approved());
        values.put(ROSTER_ITEM.LISTED, item.listed());
        values.put(ROSTER_ITEM.REQUEST, item.request().orElse(null));
        values.put(ROSTER_ITEM.REMOVED, false);
        values.put(ROSTER_ITEM.VERSION, version);
        return values;
    }

    private static long next(DSLContext sql, AccountKey account) {
        sql.update(ACCOUNT).set(ACCOUNT.ROSTER_VERSION, ACCOUNT.ROSTER_VERSION.plus(1))
                .where(ACCOUNT.ID.eq(account.value())).execute();
        return version(sql, account);
    }

    @Override public Optional<Long> remove(AccountKey account, Jid contact) {
        return database.write(sql -> {
            long version = next(sql, account);
            int marked = sql.update(ROSTER_ITEM).set(ROSTER_ITEM.REMOVED, true).set(ROSTER_ITEM.VERSION, version)
                    .where(ROSTER_ITEM.ACCOUNT.eq(account.value())).and(ROSTER_ITEM.CONTACT.eq(contact))
                    .and(ROSTER_ITEM.REMOVED.isFalse()).execute();
            prune(sql, account);
            return marked > 0 ? Optional.of(version) : Optional.empty();
        });
    }

    /** Deletes all but the newest marks, and stores the version from which the history is complete. */
    private static void prune(DSLContext sql, AccountKey account) {
        var marks = ROSTER_ITEM.ACCOUNT.eq(account.value()).and(ROSTER_ITEM.REMOVED.isTrue());
        var oldest = sql.select(ROSTER_ITEM.VERSION).from(ROSTER_ITEM).where(marks).orderBy(ROSTER_ITEM.VERSION.desc())
                .offset(MOST_MARKS).limit(1)
                .fetchOptional(ROSTER_ITEM.VERSION);
        oldest.ifPresent(version -> {
            sql.deleteFrom(ROSTER_ITEM).where(marks).and(ROSTER_ITEM.VERSION.le(version)).execute();
            sql.update(ACCOUNT).set(ACCOUNT.ROSTER_FLOOR, version).where(ACCOUNT.ID.eq(account.value())).execute();
        });
    }

    @Override public Optional<List<Change>> since(AccountKey account, long version) {
        return database.snapshot(sql -> {
            var bounds = sql.select(ACCOUNT.ROSTER_FLOOR, ACCOUNT.ROSTER_VERSION).from(ACCOUNT)
                    .where(ACCOUNT.ID.eq(account.value())).fetchOptional();
            if (bounds.filter(r -> r.value1() <= version && version <= r.value2()).isEmpty()) return Optional.empty();
            return Optional.of(sql.select(ROSTER_ITEM.fields()).from(ROSTER_ITEM)
                    .where(ROSTER_ITEM.ACCOUNT.eq(account.value()))
                    .and(ROSTER_ITEM.VERSION.gt(version)).orderBy(ROSTER_ITEM.VERSION).fetch(JooqRosters::change));
        });
    }

    @Override public int size(AccountKey account) {
        return database.read(sql -> sql.fetchCount(ROSTER_ITEM,
                ROSTER_ITEM.ACCOUNT.eq(account.value()).and(ROSTER_ITEM.REMOVED.isFalse())));
    }

    private static Change change(Record r) {
        long version = r.get(ROSTER_ITEM.VERSION);
        return r.get(ROSTER_ITEM.REMOVED) ? new Change.Removed(version, r.get(ROSTER_ITEM.CONTACT))
                : new Change.Put(version, item(r));
    }

    private static Item item(Record r) {
        return new Item(r.get(ROSTER_ITEM.CONTACT), r.get(ROSTER_ITEM.NAME),
                RosterGroups.split(r.get(ROSTER_ITEM.GROUP_NAMES)),
                Subscription.valueOf(r.get(ROSTER_ITEM.SUBSCRIPTION)), r.get(ROSTER_ITEM.PENDING_OUT),
                r.get(ROSTER_ITEM.APPROVED),
                Optional.ofNullable(r.get(ROSTER_ITEM.REQUEST)), r.get(ROSTER_ITEM.LISTED));
    }
}
