package im.martlet.storage;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ARCHIVE;

import im.martlet.address.Jid;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SortField;
import org.jooq.impl.DSL;

/** Every question is one range of an index: of (account, id), or of (account, contact, id). */
final class JooqArchive implements Archive {
    private static final int MOST_PRUNED = 10_000;

    private final Database database;

    JooqArchive(Database database) { this.database = database; }

    @Override public State state(AccountKey account, int most) {
        return database.read(sql -> {
            long delivered = sql.select(ACCOUNT.DELIVERED).from(ACCOUNT).where(ACCOUNT.ID.eq(account.value())).fetchOptional(ACCOUNT.DELIVERED).orElse(0L);
            long last = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account)).orderBy(ARCHIVE.ACCOUNT.desc(), ARCHIVE.ID.desc()).limit(1).fetchOptional(ARCHIVE.ID).orElse(0L);
            int waiting = last <= delivered ? 0 : sql.fetchCount(DSL.selectOne().from(ARCHIVE)
                    .where(of(account)).and(ARCHIVE.ID.gt(delivered)).and(ARCHIVE.INCOMING.isTrue()).limit(most));
            return new State(last, delivered, waiting);
        });
    }

    @Override public List<Entry> page(AccountKey account, Selection selection, int limit, boolean newest) {
        var entries = database.read(sql -> sql.select(ARCHIVE.fields()).from(ARCHIVE).where(of(account)).and(ARCHIVE.HISTORY.isTrue()).and(in(selection))
                .orderBy(order(selection, newest)).limit(limit).fetch(JooqArchive::entry));
        return newest ? entries.reversed() : entries;
    }

    /** The columns of the index, though all but the last are the same: H2 goes backwards through an index only if it is told all of them. */
    private static List<SortField<?>> order(Selection selection, boolean newest) {
        var columns = selection.with().isPresent() ? List.<Field<?>>of(ARCHIVE.ACCOUNT, ARCHIVE.CONTACT, ARCHIVE.ID) : List.<Field<?>>of(ARCHIVE.ACCOUNT, ARCHIVE.ID);
        return columns.stream().<SortField<?>>map(column -> newest ? column.desc() : column.asc()).toList();
    }

    private static Condition of(AccountKey account) { return ARCHIVE.ACCOUNT.eq(account.value()); }

    private static Condition in(Selection s) {
        var condition = DSL.noCondition();
        if (s.with().isPresent()) condition = condition.and(with(s.with().get()));
        if (s.after() != Long.MIN_VALUE) condition = condition.and(ARCHIVE.ID.gt(s.after()));
        if (s.before() != Long.MAX_VALUE) condition = condition.and(ARCHIVE.ID.lt(s.before()));
        return s.ids().isEmpty() ? condition : condition.and(ARCHIVE.ID.in(s.ids()));
    }

    private static Condition with(Jid contact) {
        var bare = ARCHIVE.CONTACT.eq(contact.bare());
        return contact.isFull() ? bare.and(ARCHIVE.RESOURCE.eq(contact.resource())) : bare;
    }

    @Override public Set<Long> known(AccountKey account, Collection<Long> ids) {
        return database.read(sql -> sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account)).and(ARCHIVE.ID.in(ids)).and(ARCHIVE.HISTORY.isTrue()).fetchSet(ARCHIVE.ID));
    }

    @Override public List<Entry> incoming(AccountKey account, long after, long through, int limit) {
        return database.read(sql -> sql.select(ARCHIVE.fields()).from(ARCHIVE).where(of(account)).and(ARCHIVE.ID.gt(after)).and(ARCHIVE.ID.le(through))
                .and(ARCHIVE.INCOMING.isTrue()).orderBy(ARCHIVE.ACCOUNT, ARCHIVE.ID).limit(limit).fetch(JooqArchive::entry));
    }

    @Override public Optional<Bounds> bounds(AccountKey account) {
        var all = Selection.all();
        var first = page(account, all, 1, false);
        var last = page(account, all, 1, true);
        return first.isEmpty() || last.isEmpty() ? Optional.empty() : Optional.of(new Bounds(first.getFirst().id(), last.getFirst().id()));
    }

    @Override public int prune(AccountKey account, long olderThan, OptionalLong keep) {
        return database.note(sql -> {
            long below = olderThan;
            if (keep.isPresent()) {
                var bound = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account)).orderBy(ARCHIVE.ACCOUNT.desc(), ARCHIVE.ID.desc()).offset(keep.getAsLong()).limit(1)
                        .fetchOptional(ARCHIVE.ID);
                if (bound.isPresent()) below = Math.max(below, bound.get() + 1);
            }
            var end = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account)).and(ARCHIVE.ID.lt(below)).orderBy(ARCHIVE.ACCOUNT, ARCHIVE.ID).offset(MOST_PRUNED).limit(1)
                    .fetchOptional(ARCHIVE.ID);
            return sql.deleteFrom(ARCHIVE).where(of(account)).and(ARCHIVE.ID.lt(end.orElse(below))).execute();
        });
    }

    private static Entry entry(Record r) {
        return new Entry(r.get(ARCHIVE.ID), r.get(ARCHIVE.CONTACT).withResource(r.get(ARCHIVE.RESOURCE)), r.get(ARCHIVE.INCOMING),
                r.get(ARCHIVE.HISTORY), Optional.ofNullable(r.get(ARCHIVE.ORIGIN)), r.get(ARCHIVE.STANZA));
    }
}
