package im.martlet.storage;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.BLOCKED;
import static im.martlet.storage.schema.Tables.PUBSUB_AFFILIATION;
import static im.martlet.storage.schema.Tables.PUBSUB_ITEM;
import static im.martlet.storage.schema.Tables.PUBSUB_NODE;
import static im.martlet.storage.schema.Tables.ROSTER_ITEM;

import im.martlet.address.Jid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** A node's counts change in the same transaction as its items. */
final class JooqItems implements Items {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;

    JooqItems(Database database) { this.database = database; }

    private static Condition of(long node) { return PUBSUB_ITEM.NODE.eq(node); }

    @Override public List<Item> publish(long node, List<Fresh> items, int keep) {
        return database.write(sql -> {
            long last = sql.select(PUBSUB_ITEM.PLACE).from(PUBSUB_ITEM).where(of(node)).orderBy(PUBSUB_ITEM.NODE.desc(), PUBSUB_ITEM.PLACE.desc()).limit(1).fetchOptional(PUBSUB_ITEM.PLACE).orElse(0L);
            var made = new ArrayList<Item>();
            for (Fresh fresh : items) {
                last = LogId.next(last, Instant.now(), RANDOM.nextLong());
                put(sql, node, fresh, last);
                made.add(new Item(fresh.name(), fresh.publisher(), last, fresh.payload()));
            }
            var beyond = sql.select(PUBSUB_ITEM.PLACE).from(PUBSUB_ITEM).where(of(node)).orderBy(PUBSUB_ITEM.NODE.desc(), PUBSUB_ITEM.PLACE.desc()).offset(keep).limit(1).fetchOptional(PUBSUB_ITEM.PLACE);
            beyond.ifPresent(place -> sql.deleteFrom(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.PLACE.le(place)).execute());
            return weighed(sql, node, made);
        });
    }

    private static void put(DSLContext sql, long node, Fresh fresh, long place) {
        int bytes = (fresh.name() + fresh.payload()).getBytes(StandardCharsets.UTF_8).length; // of names too: an item without payload is not for nothing
        sql.insertInto(PUBSUB_ITEM, PUBSUB_ITEM.NODE, PUBSUB_ITEM.NAME, PUBSUB_ITEM.PLACE, PUBSUB_ITEM.PUBLISHER, PUBSUB_ITEM.BYTES, PUBSUB_ITEM.PAYLOAD)
                .values(node, fresh.name(), place, fresh.publisher(), bytes, fresh.payload())
                .onConflict(PUBSUB_ITEM.NODE, PUBSUB_ITEM.NAME).doUpdate().set(PUBSUB_ITEM.PLACE, place).set(PUBSUB_ITEM.PUBLISHER, fresh.publisher())
                .set(PUBSUB_ITEM.BYTES, bytes).set(PUBSUB_ITEM.PAYLOAD, fresh.payload()).execute();
    }

    /** Notes with the node what it has now. */
    private static <T> T weighed(DSLContext sql, long node, T result) {
        sql.update(PUBSUB_NODE).set(PUBSUB_NODE.ITEMS, DSL.field(DSL.selectCount().from(PUBSUB_ITEM).where(of(node))))
                .set(PUBSUB_NODE.BYTES, DSL.field(DSL.select(DSL.coalesce(DSL.sum(PUBSUB_ITEM.BYTES.cast(Long.class)), 0).cast(Long.class)).from(PUBSUB_ITEM).where(of(node))))
                .where(PUBSUB_NODE.ID.eq(node)).execute();
        return result;
    }

    @Override public List<String> retract(long node, Collection<String> names) {
        return database.write(sql -> {
            var there = sql.select(PUBSUB_ITEM.NAME).from(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.NAME.in(names)).fetch(PUBSUB_ITEM.NAME);
            sql.deleteFrom(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.NAME.in(there)).execute();
            return weighed(sql, node, there);
        });
    }

    @Override public void purge(long node) {
        database.write(sql -> weighed(sql, node, sql.deleteFrom(PUBSUB_ITEM).where(of(node)).execute()));
    }

    @Override public void forget(long node, long before) {
        database.write(sql -> weighed(sql, node, sql.deleteFrom(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.PLACE.lt(before)).execute()));
    }

    @Override public List<Item> page(long node, Range range, int limit, boolean newest) {
        var in = of(node);
        if (range.after() != Long.MIN_VALUE) in = in.and(PUBSUB_ITEM.PLACE.gt(range.after()));
        if (range.before() != Long.MAX_VALUE) in = in.and(PUBSUB_ITEM.PLACE.lt(range.before()));
        var where = in;
        var order = Stream.of(PUBSUB_ITEM.NODE, PUBSUB_ITEM.PLACE).map(column -> newest ? column.desc() : column.asc()).toList(); // H2 wants to be told all columns of the index
        var found = database.read(sql -> sql.select(PUBSUB_ITEM.fields()).from(PUBSUB_ITEM).where(where).orderBy(order).limit(limit).fetch(JooqItems::item));
        return newest ? found.reversed() : found;
    }

    @Override public List<Item> named(long node, Collection<String> names) {
        return database.read(sql -> sql.select(PUBSUB_ITEM.fields()).from(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.NAME.in(names)).orderBy(PUBSUB_ITEM.PLACE).fetch(JooqItems::item));
    }

    @Override public List<Last> last(Collection<Jid> accounts, Collection<String> nodes, Jid reader) {
        if (accounts.isEmpty() || nodes.isEmpty()) return List.of();
        var bare = reader.bare();
        var forms = Stream.of(reader, bare, reader.host(), Jid.of("", reader.domain(), reader.resource())).collect(Collectors.toSet()); // as in XEP-0191 §2
        var is = accounts.stream().map(account -> ACCOUNT.HOST.eq(account.domain()).and(ACCOUNT.LOCALPART.eq(account.local()))).toList();
        var newest = DSL.select(DSL.max(PUBSUB_ITEM.PLACE)).from(PUBSUB_ITEM).where(PUBSUB_ITEM.NODE.eq(PUBSUB_NODE.ID));
        var blocked = DSL.field(DSL.exists(DSL.selectOne().from(BLOCKED).where(BLOCKED.ACCOUNT.eq(ACCOUNT.ID)).and(BLOCKED.ADDRESS.in(forms))));
        return database.read(sql -> sql.select(ACCOUNT.HOST, ACCOUNT.LOCALPART, PUBSUB_NODE.NAME, PUBSUB_NODE.CONFIG, PUBSUB_ITEM.NAME, PUBSUB_ITEM.PUBLISHER, PUBSUB_ITEM.PLACE,
                        PUBSUB_ITEM.PAYLOAD, ROSTER_ITEM.SUBSCRIPTION, ROSTER_ITEM.GROUP_NAMES, PUBSUB_AFFILIATION.AFFILIATION, blocked)
                .from(ACCOUNT).join(PUBSUB_NODE).on(PUBSUB_NODE.ACCOUNT.eq(ACCOUNT.ID)).and(PUBSUB_NODE.SERVICE.eq("")).and(PUBSUB_NODE.NAME.in(nodes))
                .join(PUBSUB_ITEM).on(PUBSUB_ITEM.NODE.eq(PUBSUB_NODE.ID)).and(PUBSUB_ITEM.PLACE.eq(newest))
                .leftJoin(ROSTER_ITEM).on(ROSTER_ITEM.ACCOUNT.eq(ACCOUNT.ID)).and(ROSTER_ITEM.CONTACT.eq(bare)).and(ROSTER_ITEM.REMOVED.isFalse())
                .leftJoin(PUBSUB_AFFILIATION).on(PUBSUB_AFFILIATION.NODE.eq(PUBSUB_NODE.ID)).and(PUBSUB_AFFILIATION.ADDRESS.eq(bare))
                .where(DSL.or(is)).orderBy(ACCOUNT.HOST, ACCOUNT.LOCALPART, PUBSUB_NODE.NAME)
                .fetch().stream().filter(r -> !r.get(blocked) || account(r).equals(bare)).map(JooqItems::last).toList()); // nobody blocks themselves
    }

    private static Jid account(Record r) { return Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""); }

    private static Last last(Record r) {
        var subscription = Optional.ofNullable(r.get(ROSTER_ITEM.SUBSCRIPTION)).map(Rosters.Subscription::valueOf).orElse(Rosters.Subscription.NONE);
        return new Last(account(r), r.get(PUBSUB_NODE.NAME), r.get(PUBSUB_NODE.CONFIG), item(r),
                Optional.ofNullable(r.get(ROSTER_ITEM.GROUP_NAMES)).map(JooqRosters::groups).orElse(Set.of()), subscription.hasFrom(),
                Optional.ofNullable(r.get(PUBSUB_AFFILIATION.AFFILIATION)));
    }

    private static Item item(Record r) { return new Item(r.get(PUBSUB_ITEM.NAME), r.get(PUBSUB_ITEM.PUBLISHER), r.get(PUBSUB_ITEM.PLACE), r.get(PUBSUB_ITEM.PAYLOAD)); }
}
