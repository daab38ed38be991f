package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.PUBSUB_NODE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;

final class JooqNodes implements Nodes {
    private final Database database;

    JooqNodes(Database database) { this.database = database; }

    static Condition of(Owner owner) {
        return PUBSUB_NODE.ACCOUNT.eq(owner.account()).and(PUBSUB_NODE.SERVICE.eq(owner.service()));
    }

    @Override public Optional<Node> find(Owner owner, String name) {
        return database.read(sql -> sql.select(PUBSUB_NODE.fields()).from(PUBSUB_NODE).where(of(owner))
                .and(PUBSUB_NODE.NAME.eq(name)).fetchOptional(JooqNodes::node));
    }

    @Override public List<Node> list(Owner owner, String after, int limit) {
        return database.read(sql -> sql.select(PUBSUB_NODE.fields()).from(PUBSUB_NODE).where(of(owner))
                .and(PUBSUB_NODE.NAME.gt(after))
                .orderBy(PUBSUB_NODE.NAME).limit(limit).fetch(JooqNodes::node));
    }

    @Override public Optional<Node> create(Owner owner, String name, String config, Jid creator) {
        return database.write(sql -> {
            int inserted = sql
                    .insertInto(PUBSUB_NODE, PUBSUB_NODE.ACCOUNT, PUBSUB_NODE.SERVICE, PUBSUB_NODE.NAME,
                            PUBSUB_NODE.CONFIG, PUBSUB_NODE.CREATOR, PUBSUB_NODE.CREATED)
                    .values(owner.account(), owner.service(), name, config, creator,
                            Instant.now().truncatedTo(ChronoUnit.MICROS))
                    .onConflictDoNothing().execute();
            if (inserted > 0) ServiceUsage.change(sql, owner, creator, 1, 0);
            return inserted == 0 ? Optional.empty()
                    : sql.select(PUBSUB_NODE.fields()).from(PUBSUB_NODE).where(of(owner))
                            .and(PUBSUB_NODE.NAME.eq(name)).fetchOptional(JooqNodes::node);
        });
    }

    @Override public void configure(long node, String config) {
        database.write(sql -> sql.update(PUBSUB_NODE).set(PUBSUB_NODE.CONFIG, config).where(PUBSUB_NODE.ID.eq(node))
                .execute());
    }

    @Override public void delete(long node) {
        database.write(sql -> {
            sql.select(PUBSUB_NODE.ACCOUNT, PUBSUB_NODE.SERVICE, PUBSUB_NODE.CREATOR, PUBSUB_NODE.BYTES)
                    .from(PUBSUB_NODE).where(PUBSUB_NODE.ID.eq(node)).forUpdate()
                    .fetchOptional().ifPresent(r -> ServiceUsage.change(sql, new Owner(r.value1(), r.value2()),
                            r.value3(), -1, -r.value4()));
            return sql.deleteFrom(PUBSUB_NODE).where(PUBSUB_NODE.ID.eq(node)).execute();
        });
    }

    @Override public Usage usage(String service, Jid creator) {
        return database.read(sql -> ServiceUsage.of(sql, service, creator.bare().toString()));
    }

    @Override public Usage usage(Owner owner) {
        return owner.account() == 0 ? database.read(sql -> ServiceUsage.of(sql, owner.service(), ServiceUsage.ALL))
                : database.read(
                        sql -> sql.select(DSL.count(), DSL.sum(PUBSUB_NODE.BYTES)).from(PUBSUB_NODE).where(of(owner))
                                .fetchSingle(r -> new Usage(r.value1(),
                                        r.value2() instanceof BigDecimal sum ? sum.longValue() : 0)));
    }

    static Node node(Record r) {
        return new Node(r.get(PUBSUB_NODE.ID), r.get(PUBSUB_NODE.NAME), r.get(PUBSUB_NODE.CONFIG),
                r.get(PUBSUB_NODE.CREATOR), r.get(PUBSUB_NODE.CREATED),
                r.get(PUBSUB_NODE.ITEMS), r.get(PUBSUB_NODE.BYTES));
    }
}
