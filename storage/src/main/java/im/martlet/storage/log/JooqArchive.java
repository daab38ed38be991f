package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ARCHIVE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.Rows;
import im.martlet.storage.key.AccountKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Every query reads one range of an index: of (account, id), or of (account, contact, id). */
final class JooqArchive implements Archive {
    private static final int MOST_PRUNED = 10_000;
    private static final List<Field<?>> COLUMNS = List.of(ARCHIVE.ID, ARCHIVE.CONTACT, ARCHIVE.RESOURCE,
            ARCHIVE.INCOMING, ARCHIVE.HISTORY, ARCHIVE.ORIGIN, ARCHIVE.STANZA);
    private static final Jid ANY_CONTACT = Jid.of("local", "domain", "resource"); // placeholder for a bound value

    private final Database database;
    private final ConcurrentHashMap<Shape, String> pages = new ConcurrentHashMap<>(); // SQL of each form, rendered once

    JooqArchive(Database database) { this.database = database; }

    @Override public State state(AccountKey account, int most) {
        return database.read(sql -> {
            long delivered = sql.select(ACCOUNT.DELIVERED).from(ACCOUNT).where(ACCOUNT.ID.eq(account.value()))
                    .fetchOptional(ACCOUNT.DELIVERED).orElse(0L);
            long last = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account))
                    .orderBy(ARCHIVE.ACCOUNT.desc(), ARCHIVE.ID.desc()).limit(1).fetchOptional(ARCHIVE.ID).orElse(0L);
            int waiting = last <= delivered ? 0 : sql.fetchCount(DSL.selectOne().from(ARCHIVE)
                    .where(of(account)).and(ARCHIVE.ID.gt(delivered)).and(ARCHIVE.INCOMING.isTrue()).limit(most));
            return new State(last, delivered, waiting);
        });
    }

    @Override public List<Entry> page(AccountKey account, Selection selection, int limit, boolean newest) {
        var shape = new Shape(selection.with().map(Jid::isFull), newest);
        var entries = selection.ids().isEmpty()
                ? database.read(sql -> Rows.fetch(sql, pages.computeIfAbsent(shape, s -> text(sql, s)),
                        JooqArchive::entry, values(account, selection, limit)))
                : database.read(sql -> sql.select(COLUMNS).from(ARCHIVE).where(in(account, selection))
                        .and(ARCHIVE.HISTORY.isTrue())
                        .orderBy(newest ? ARCHIVE.ID.desc() : ARCHIVE.ID.asc()).limit(limit).fetch(JooqArchive::entry));
        return newest ? entries.reversed() : entries;
    }

    /**
     * The form of a page query, which is the same for all values.
     *
     * @param full whether the query is for a full address instead of a bare one; empty for all conversations
     */
    private record Shape(Optional<Boolean> full, boolean newest) {}

    private static String text(DSLContext sql, Shape shape) {
        var where = ARCHIVE.ACCOUNT.eq(0L);
        if (shape.full.isPresent()) where = where.and(with(shape.full.get() ? ANY_CONTACT : ANY_CONTACT.bare()));
        return sql.select(COLUMNS).from(ARCHIVE).where(where).and(ARCHIVE.ID.gt(0L)).and(ARCHIVE.ID.lt(0L))
                .and(ARCHIVE.HISTORY.isTrue())
                .orderBy(order(shape.full.isPresent(), shape.newest)).limit(1).getSQL();
    }

    private static Object[] values(AccountKey account, Selection s, int limit) {
        var values = new ArrayList<Object>(List.of(account.value()));
        s.with().ifPresent(with -> {
            values.add(with.bare());
            if (with.isFull()) values.add(with.resource());
        });
        values.addAll(List.of(s.after(), s.before(), limit));
        return values.toArray();
    }

    /**
     * Returns all columns of the index, though all but the last are constant: H2 reads an index backwards only if the
     * order names all of them.
     */
    private static List<SortField<?>> order(boolean ofConversation, boolean newest) {
        var columns = ofConversation ? List.<Field<?>>of(ARCHIVE.ACCOUNT, ARCHIVE.CONTACT, ARCHIVE.ID)
                : List.<Field<?>>of(ARCHIVE.ACCOUNT, ARCHIVE.ID);
        return columns.stream().<SortField<?>>map(column -> newest ? column.desc() : column.asc()).toList();
    }

    private static Condition of(AccountKey account) { return ARCHIVE.ACCOUNT.eq(account.value()); }

    private static Condition in(AccountKey account, Selection s) {
        var ids = in(account, s.ids().stream().filter(id -> id > s.after() && id < s.before()).toList());
        return s.with().isPresent() ? ids.and(with(s.with().get())) : ids;
    }

    /** Selects ids as pairs, without another condition on ids: with one, H2 reads all entries of the account. */
    private static Condition in(AccountKey account, Collection<Long> ids) {
        return DSL.row(ARCHIVE.ACCOUNT, ARCHIVE.ID).in(ids.stream().map(id -> DSL.row(account.value(), id)).toList());
    }

    private static Condition with(Jid contact) {
        var bare = ARCHIVE.CONTACT.eq(contact.bare());
        return contact.isFull() ? bare.and(ARCHIVE.RESOURCE.eq(contact.resource())) : bare;
    }

    @Override public Set<Long> existing(AccountKey account, Collection<Long> ids) {
        return database.read(sql -> sql.select(ARCHIVE.ID).from(ARCHIVE).where(in(account, ids))
                .and(ARCHIVE.HISTORY.isTrue()).fetchSet(ARCHIVE.ID));
    }

    @Override public List<Entry> incoming(AccountKey account, long after, long through, int limit) {
        return database.read(sql -> sql.select(COLUMNS).from(ARCHIVE).where(of(account)).and(ARCHIVE.ID.gt(after))
                .and(ARCHIVE.ID.le(through))
                .and(ARCHIVE.INCOMING.isTrue()).orderBy(ARCHIVE.ACCOUNT, ARCHIVE.ID).limit(limit)
                .fetch(JooqArchive::entry));
    }

    @Override public Optional<Bounds> bounds(AccountKey account) {
        var all = Selection.all();
        var first = page(account, all, 1, false);
        var last = page(account, all, 1, true);
        return first.isEmpty() || last.isEmpty() ? Optional.empty()
                : Optional.of(new Bounds(first.getFirst().id(), last.getFirst().id()));
    }

    @Override public int prune(AccountKey account, long olderThan, OptionalLong keep) {
        return database.note(sql -> {
            long below = olderThan;
            if (keep.isPresent()) {
                var bound = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account))
                        .orderBy(ARCHIVE.ACCOUNT.desc(), ARCHIVE.ID.desc()).offset(keep.getAsLong()).limit(1)
                        .fetchOptional(ARCHIVE.ID);
                if (bound.isPresent()) below = Math.max(below, bound.get() + 1);
            }
            var end = sql.select(ARCHIVE.ID).from(ARCHIVE).where(of(account)).and(ARCHIVE.ID.lt(below))
                    .orderBy(ARCHIVE.ACCOUNT, ARCHIVE.ID).offset(MOST_PRUNED).limit(1)
                    .fetchOptional(ARCHIVE.ID);
            return sql.deleteFrom(ARCHIVE).where(of(account)).and(ARCHIVE.ID.lt(end.orElse(below))).execute();
        });
    }

    private static Entry entry(Record r) {
        return entry(r.get(ARCHIVE.ID), r.get(ARCHIVE.CONTACT), r.get(ARCHIVE.RESOURCE), r.get(ARCHIVE.INCOMING),
                r.get(ARCHIVE.HISTORY), r.get(ARCHIVE.ORIGIN), r.get(ARCHIVE.STANZA));
    }

    private static Entry entry(ResultSet r) throws SQLException {
        int i = 0;
        return entry(r.getLong(++i), Jid.parse(r.getString(++i)), r.getString(++i), r.getBoolean(++i),
                r.getBoolean(++i), r.getString(++i), r.getBytes(++i));
    }

    private static Entry entry(long id, Jid contact, String resource, boolean incoming, boolean history,
            @Nullable String origin, byte[] stanza) {
        return new Entry(id, contact.withResource(resource), incoming, history, Optional.ofNullable(origin), stanza);
    }
}
