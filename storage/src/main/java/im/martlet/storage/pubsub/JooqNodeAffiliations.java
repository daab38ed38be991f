package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.PUBSUB_AFFILIATION;
import static im.martlet.storage.schema.Tables.PUBSUB_NODE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import java.util.List;
import java.util.Map;

final class JooqNodeAffiliations implements NodeAffiliations {
    private final Database database;

    JooqNodeAffiliations(Database database) { this.database = database; }

    @Override public Affiliation of(long node, Jid entity) {
        return database.read(sql -> sql.select(PUBSUB_AFFILIATION.AFFILIATION).from(PUBSUB_AFFILIATION)
                .where(PUBSUB_AFFILIATION.NODE.eq(node))
                .and(PUBSUB_AFFILIATION.ADDRESS.eq(entity)).fetchOptional(PUBSUB_AFFILIATION.AFFILIATION)
                .map(Affiliation::valueOf).orElse(Affiliation.NONE));
    }

    @Override public Map<Jid, Affiliation> all(long node) {
        return database.read(sql -> sql.select(PUBSUB_AFFILIATION.ADDRESS, PUBSUB_AFFILIATION.AFFILIATION)
                .from(PUBSUB_AFFILIATION).where(PUBSUB_AFFILIATION.NODE.eq(node))
                .orderBy(PUBSUB_AFFILIATION.ADDRESS).fetchMap(r -> r.value1(), r -> Affiliation.valueOf(r.value2())));
    }

    @Override public void put(long node, Jid entity, Affiliation affiliation) {
        var key = PUBSUB_AFFILIATION.NODE.eq(node).and(PUBSUB_AFFILIATION.ADDRESS.eq(entity));
        database.write(sql -> affiliation == Affiliation.NONE ? sql.deleteFrom(PUBSUB_AFFILIATION).where(key).execute()
                : sql.insertInto(PUBSUB_AFFILIATION, PUBSUB_AFFILIATION.NODE, PUBSUB_AFFILIATION.ADDRESS,
                        PUBSUB_AFFILIATION.AFFILIATION).values(node, entity, affiliation.name())
                        .onConflict(PUBSUB_AFFILIATION.NODE, PUBSUB_AFFILIATION.ADDRESS).doUpdate()
                        .set(PUBSUB_AFFILIATION.AFFILIATION, affiliation.name()).execute());
    }

    @Override public List<At> across(Nodes.Owner owner, Jid entity, int limit) {
        return database.read(sql -> sql.select(PUBSUB_NODE.NAME, PUBSUB_AFFILIATION.AFFILIATION)
                .from(PUBSUB_AFFILIATION).join(PUBSUB_NODE).on(PUBSUB_NODE.ID.eq(PUBSUB_AFFILIATION.NODE))
                .where(PUBSUB_AFFILIATION.ADDRESS.eq(entity)).and(JooqNodes.of(owner)).orderBy(PUBSUB_NODE.NAME)
                .limit(limit)
                .fetch(r -> new At(r.value1(), Affiliation.valueOf(r.value2()))));
    }
}
