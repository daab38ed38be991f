package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.BLOCKED;
import static im.martlet.storage.schema.Tables.PUBSUB_AFFILIATION;
import static im.martlet.storage.schema.Tables.PUBSUB_ITEM;
import static im.martlet.storage.schema.Tables.PUBSUB_NODE;
import static im.martlet.storage.schema.Tables.ROSTER_ITEM;

import im.martlet.address.Jid;
import im.martlet.storage.account.RosterGroups;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.LogId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Stores items, and changes a node's counts in the same transaction. */
final class JooqNodeItems implements NodeItems {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Field<String> PAYLOAD =
            DSL.when(PUBSUB_ITEM.BYTES.le(SMALL), PUBSUB_ITEM.PAYLOAD).otherwise("").as("small_payload");

    private final Database database;

    JooqNodeItems(Database database) { this.database = database; }

    private static Condition of(long node) { return PUBSUB_ITEM.NODE.eq(node); }

    @Override public Published publish(long node, List<Fresh> items, int keep) {
        return database.write(sql -> {
            var previous = weight(sql, node);
            long last = sql.select(PUBSUB_ITEM.PLACE).from(PUBSUB_ITEM).where(of(node))
                    .orderBy(PUBSUB_ITEM.NODE.desc(), PUBSUB_ITEM.PLACE.desc()).limit(1)
                    .fetchOptional(PUBSUB_ITEM.PLACE).orElse(0L);
            var published = new LinkedHashMap<String, Item>(); // of each name the last item stays
            for (Fresh fresh : items) {
                last = LogId.next(last, Instant.now(), RANDOM.nextLong());
                published.remove(fresh.name());
                published.put(fresh.name(), new Item(fresh.name(), fresh.publisher(), last, fresh.payload()));
            }
            var remaining = previous.minus(remove(sql, of(node).and(PUBSUB_ITEM.NAME.in(published.keySet()))));
            for (Item item : published.values()) remaining = remaining.plus(put(sql, node, item));
            var oldest = of(node)
                    .and(PUBSUB_ITEM.PLACE
                            .le(remaining.items > keep ? place(sql, node, remaining.items - keep) : Long.MIN_VALUE));
            var dropped = remaining.items > keep ? sql.select(PUBSUB_ITEM.NAME).from(PUBSUB_ITEM).where(oldest)
                    .orderBy(PUBSUB_ITEM.PLACE).fetch(PUBSUB_ITEM.NAME) : List.<String>of();
            if (!dropped.isEmpty()) remaining = remaining.minus(remove(sql, oldest));
            note(sql, node, previous, remaining);
            return new Published(List.copyOf(published.values()), dropped);
        });
    }

    /** The counts of a node. They are stored, so that a publication costs the same with any number of items. */
    private record Weight(long items, long bytes) {
        Weight plus(int size) { return new Weight(items + 1, bytes + size); }

        Weight minus(Weight gone) { return new Weight(items - gone.items, bytes - gone.bytes); }
    }

    private static Weight weight(DSLContext sql, long node) {
        return sql.select(PUBSUB_NODE.ITEMS, PUBSUB_NODE.BYTES).from(PUBSUB_NODE).where(PUBSUB_NODE.ID.eq(node))
                .forUpdate()
                .fetchOptional(r -> new Weight(r.value1(), r.value2())).orElse(new Weight(0, 0));
    }

    private static void note(DSLContext sql, long node, Weight previous, Weight remaining) {
        if (remaining.bytes != previous.bytes) sql.select(PUBSUB_NODE.ACCOUNT, PUBSUB_NODE.SERVICE, PUBSUB_NODE.CREATOR)
                .from(PUBSUB_NODE).where(PUBSUB_NODE.ID.eq(node)).and(PUBSUB_NODE.ACCOUNT.eq(0L))
                .fetchOptional().ifPresent(r -> ServiceUsage.change(sql, new Nodes.Owner(r.value1(), r.value2()),
                        r.value3(), 0, remaining.bytes - previous.bytes));
        sql.update(PUBSUB_NODE).set(PUBSUB_NODE.ITEMS, (int) remaining.items).set(PUBSUB_NODE.BYTES, remaining.bytes)
                .where(PUBSUB_NODE.ID.eq(node)).execute();
    }

    /** Deletes items; returns their number and size. */
    private static Weight remove(DSLContext sql, Condition which) {
        var gone = sql.select(DSL.count(), DSL.coalesce(DSL.sum(PUBSUB_ITEM.BYTES), java.math.BigDecimal.ZERO))
                .from(PUBSUB_ITEM).where(which).fetchSingle(r -> new Weight(r.value1(), r.value2().longValue()));
        if (gone.items > 0) sql.deleteFrom(PUBSUB_ITEM).where(which).execute();
        return gone;
    }

    /** Returns the place of the nth item, counted from 1. */
    private static long place(DSLContext sql, long node, long nth) {
        return sql.select(PUBSUB_ITEM.PLACE).from(PUBSUB_ITEM).where(of(node))
                .orderBy(PUBSUB_ITEM.NODE, PUBSUB_ITEM.PLACE).offset(nth - 1).limit(1).fetchOptional(PUBSUB_ITEM.PLACE)
                .orElse(Long.MIN_VALUE);
    }

    private static int put(DSLContext sql, long node, Item item) {
        // names count too: an item without payload is not free
        int bytes = (item.name() + item.payload()).getBytes(StandardCharsets.UTF_8).length;
        sql.insertInto(PUBSUB_ITEM, PUBSUB_ITEM.NODE, PUBSUB_ITEM.NAME, PUBSUB_ITEM.PLACE, PUBSUB_ITEM.PUBLISHER,
                PUBSUB_ITEM.BYTES, PUBSUB_ITEM.PAYLOAD)
                .values(node, item.name(), item.place(), item.publisher(), bytes, item.payload()).execute();
        return bytes;
    }

    @Override public List<String> retract(long node, Collection<String> names) {
        return database.write(sql -> {
            var previous = weight(sql, node);
            var existing =
                    sql.select(PUBSUB_ITEM.NAME).from(PUBSUB_ITEM).where(of(node)).and(PUBSUB_ITEM.NAME.in(names))
                            .fetch(PUBSUB_ITEM.NAME);
            note(sql, node, previous, previous.minus(remove(sql, of(node).and(PUBSUB_ITEM.NAME.in(existing)))));
            return existing;
        });
    }

    @Override public void forget(long node, long before) {
        database.write(sql -> {
            var previous = weight(sql, node);
            var gone = remove(sql, before == Long.MAX_VALUE ? of(node) : of(node).and(PUBSUB_ITEM.PLACE.lt(before)));
            if (gone.items > 0) note(sql, node, previous, previous.minus(gone));
            return gone;
        });
    }

    @Override public List<Item> page(long node, Range range, int limit, boolean newest) {
        var in = of(node);
        if (range.after() != Long.MIN_VALUE) in = in.and(PUBSUB_ITEM.PLACE.gt(range.after()));
        if (range.before() != Long.MAX_VALUE) in = in.and(PUBSUB_ITEM.PLACE.lt(range.before()));
        if (range.publisher().isPresent()) in = in.and(publisher(range.publisher().get()));
        if (!range.places().isEmpty()) in = in.and(PUBSUB_ITEM.PLACE.in(range.places()));
        var where = in;
        var order = Stream.of(PUBSUB_ITEM.NODE, PUBSUB_ITEM.PLACE).map(column -> newest ? column.desc() : column.asc())
                .toList(); // H2 needs all columns of the index
        var found = database.read(sql -> sql.select(PUBSUB_ITEM.fields()).from(PUBSUB_ITEM).where(where).orderBy(order)
                .limit(limit).fetch(JooqNodeItems::item));
        return newest ? found.reversed() : found;
    }

    private static Condition publisher(Jid publisher) {
        return publisher.isFull() ? PUBSUB_ITEM.PUBLISHER.eq(publisher)
                : PUBSUB_ITEM.PUBLISHER.eq(publisher)
                        .or(PUBSUB_ITEM.PUBLISHER.coerce(String.class).startsWith(publisher + "/"));
    }

    @Override public List<Item> named(long node, Collection<String> names) {
        return database.read(sql -> sql.select(PUBSUB_ITEM.fields()).from(PUBSUB_ITEM).where(of(node))
                .and(PUBSUB_ITEM.NAME.in(names)).orderBy(PUBSUB_ITEM.PLACE).fetch(JooqNodeItems::item));
    }

    @Override public List<Last> last(Collection<Jid> accounts, Collection<String> nodes, Jid reader, long after) {
        if (accounts.isEmpty() || nodes.isEmpty()) return List.of();
        var bare = reader.bare();
        var forms = Stream.of(reader, bare, reader.host(), Jid.of("", reader.domain(), reader.resource()))
                .collect(Collectors.toSet()); // as in XEP-0191 §2
        var is = accounts.stream()
                .map(account -> ACCOUNT.HOST.eq(account.domain()).and(ACCOUNT.LOCALPART.eq(account.local()))).toList();
        var blocked = DSL.field(DSL.exists(
                DSL.selectOne().from(BLOCKED).where(BLOCKED.ACCOUNT.eq(ACCOUNT.ID)).and(BLOCKED.ADDRESS.in(forms))));
        return database.read(sql -> sql
                .select(ACCOUNT.HOST, ACCOUNT.LOCALPART, PUBSUB_NODE.ID, PUBSUB_NODE.NAME, PUBSUB_NODE.CONFIG,
                        PUBSUB_ITEM.NAME, PUBSUB_ITEM.PUBLISHER, PUBSUB_ITEM.PLACE,
                        PUBSUB_ITEM.BYTES, PAYLOAD, ROSTER_ITEM.SUBSCRIPTION, ROSTER_ITEM.GROUP_NAMES,
                        PUBSUB_AFFILIATION.AFFILIATION, blocked)
                .from(ACCOUNT).join(PUBSUB_NODE).on(PUBSUB_NODE.ACCOUNT.eq(ACCOUNT.ID)).and(PUBSUB_NODE.SERVICE.eq(""))
                .and(PUBSUB_NODE.NAME.in(nodes))
                .join(PUBSUB_ITEM).on(PUBSUB_ITEM.NODE.eq(PUBSUB_NODE.ID)).and(isNew(after))
                .leftJoin(ROSTER_ITEM).on(ROSTER_ITEM.ACCOUNT.eq(ACCOUNT.ID)).and(ROSTER_ITEM.CONTACT.eq(bare))
                .and(ROSTER_ITEM.REMOVED.isFalse())
                .leftJoin(PUBSUB_AFFILIATION).on(PUBSUB_AFFILIATION.NODE.eq(PUBSUB_NODE.ID))
                .and(PUBSUB_AFFILIATION.ADDRESS.eq(bare))
                .where(DSL.or(is)).orderBy(ACCOUNT.HOST, ACCOUNT.LOCALPART, PUBSUB_NODE.NAME, PUBSUB_ITEM.PLACE)
                .fetch().stream().filter(r -> !r.get(blocked) || account(r).equals(bare)).map(JooqNodeItems::last)
                .toList()); // an account never blocks itself
    }

    private static Condition isNew(long after) {
        var newest =
                DSL.select(DSL.max(PUBSUB_ITEM.PLACE)).from(PUBSUB_ITEM).where(PUBSUB_ITEM.NODE.eq(PUBSUB_NODE.ID));
        if (after == Long.MAX_VALUE) return PUBSUB_ITEM.PLACE.eq(newest);
        var other = PUBSUB_ITEM.as("other");
        var oldest = DSL.select(other.PLACE).from(other).where(other.NODE.eq(PUBSUB_NODE.ID))
                .orderBy(other.NODE.desc(), other.PLACE.desc()).offset(INTERIM - 1).limit(1);
        return PUBSUB_ITEM.PLACE.ge(DSL.least(DSL.field(newest),
                DSL.greatest(DSL.val(after + 1), DSL.coalesce(DSL.field(oldest), DSL.val(Long.MIN_VALUE)))));
    }

    private static Jid account(Record r) { return Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""); }

    private static Last last(Record r) {
        var subscription = Optional.ofNullable(r.get(ROSTER_ITEM.SUBSCRIPTION)).map(Rosters.Subscription::valueOf)
                .orElse(Rosters.Subscription.NONE);
        int bytes = r.get(PUBSUB_ITEM.BYTES);
        var item = new Item(r.get(PUBSUB_ITEM.NAME), r.get(PUBSUB_ITEM.PUBLISHER), r.get(PUBSUB_ITEM.PLACE),
                r.get(PAYLOAD));
        return new Last(account(r), r.get(PUBSUB_NODE.ID), r.get(PUBSUB_NODE.NAME), r.get(PUBSUB_NODE.CONFIG), item,
                bytes > SMALL ? bytes : 0,
                Optional.ofNullable(r.get(ROSTER_ITEM.GROUP_NAMES)).map(RosterGroups::split).orElse(Set.of()),
                subscription.hasFrom(),
                Optional.ofNullable(r.get(PUBSUB_AFFILIATION.AFFILIATION)));
    }

    private static Item item(Record r) {
        return new Item(r.get(PUBSUB_ITEM.NAME), r.get(PUBSUB_ITEM.PUBLISHER), r.get(PUBSUB_ITEM.PLACE),
                r.get(PUBSUB_ITEM.PAYLOAD));
    }
}
