package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.PUBSUB_NODE;
import static im.martlet.storage.schema.Tables.PUBSUB_SUBSCRIPTION;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;

final class JooqNodeSubscriptions implements NodeSubscriptions {
    private final Database database;

    JooqNodeSubscriptions(Database database) { this.database = database; }

    private static Condition key(long node, Jid subscriber) {
        return PUBSUB_SUBSCRIPTION.NODE.eq(node).and(PUBSUB_SUBSCRIPTION.ADDRESS.eq(subscriber));
    }

    @Override public Optional<Subscription> of(long node, Jid subscriber) {
        return database.read(sql -> sql.select(PUBSUB_SUBSCRIPTION.fields()).from(PUBSUB_SUBSCRIPTION)
                .where(key(node, subscriber)).fetchOptional(JooqNodeSubscriptions::subscription));
    }

    @Override public int count(long node) {
        return database.read(sql -> sql.fetchCount(PUBSUB_SUBSCRIPTION, PUBSUB_SUBSCRIPTION.NODE.eq(node)));
    }

    @Override public List<Subscription> all(long node) {
        return database.read(sql -> sql.select(PUBSUB_SUBSCRIPTION.fields()).from(PUBSUB_SUBSCRIPTION)
                .where(PUBSUB_SUBSCRIPTION.NODE.eq(node))
                .orderBy(PUBSUB_SUBSCRIPTION.ADDRESS).fetch(JooqNodeSubscriptions::subscription));
    }

    @Override public void put(long node, Subscription s) {
        database.write(sql -> sql
                .insertInto(PUBSUB_SUBSCRIPTION, PUBSUB_SUBSCRIPTION.NODE, PUBSUB_SUBSCRIPTION.ADDRESS,
                        PUBSUB_SUBSCRIPTION.ENTITY,
                        PUBSUB_SUBSCRIPTION.ID, PUBSUB_SUBSCRIPTION.STATUS, PUBSUB_SUBSCRIPTION.OPTIONS)
                .values(node, s.subscriber(), s.subscriber().bare(), s.id(), s.status().name(), s.options())
                .onConflict(PUBSUB_SUBSCRIPTION.NODE, PUBSUB_SUBSCRIPTION.ADDRESS).doUpdate()
                .set(PUBSUB_SUBSCRIPTION.ID, s.id()).set(PUBSUB_SUBSCRIPTION.STATUS, s.status().name())
                .set(PUBSUB_SUBSCRIPTION.OPTIONS, s.options()).execute());
    }

    @Override public boolean remove(long node, Jid subscriber) {
        return database.write(sql -> sql.deleteFrom(PUBSUB_SUBSCRIPTION).where(key(node, subscriber)).execute() > 0);
    }

    @Override public List<To> across(Nodes.Owner owner, Jid entity, int limit) {
        return database.read(sql -> sql.select(PUBSUB_SUBSCRIPTION.fields()).select(PUBSUB_NODE.NAME)
                .from(PUBSUB_SUBSCRIPTION).join(PUBSUB_NODE).on(PUBSUB_NODE.ID.eq(PUBSUB_SUBSCRIPTION.NODE))
                .where(PUBSUB_SUBSCRIPTION.ENTITY.eq(entity)).and(JooqNodes.of(owner))
                .orderBy(PUBSUB_NODE.NAME, PUBSUB_SUBSCRIPTION.ADDRESS).limit(limit)
                .fetch(r -> new To(r.get(PUBSUB_NODE.NAME), subscription(r))));
    }

    private static Subscription subscription(Record r) {
        return new Subscription(r.get(PUBSUB_SUBSCRIPTION.ADDRESS), r.get(PUBSUB_SUBSCRIPTION.ID),
                Status.valueOf(r.get(PUBSUB_SUBSCRIPTION.STATUS)), r.get(PUBSUB_SUBSCRIPTION.OPTIONS));
    }
}
