package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.PUBSUB_USAGE;

import im.martlet.address.Jid;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.Nodes.Usage;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;

/** What the nodes of a service come to; kept in the same transaction in which they change. */
final class ServiceUsage {
    /** In the place of a creator: everybody. */
    static final String ALL = "";
    private static final Field<String> CREATOR = PUBSUB_USAGE.CREATOR.coerce(String.class);

    private ServiceUsage() {}

    static Usage of(DSLContext sql, String service, String creator) {
        return sql.select(PUBSUB_USAGE.NODES, PUBSUB_USAGE.BYTES).from(PUBSUB_USAGE)
                .where(PUBSUB_USAGE.SERVICE.eq(service)).and(CREATOR.eq(creator))
                .fetchOptional(r -> new Usage(r.value1(), r.value2())).orElse(new Usage(0, 0));
    }

    /** Of an account nothing is noted. */
    static void change(DSLContext sql, Owner owner, Jid creator, int nodes, long bytes) {
        if (owner.account() != 0 || nodes == 0 && bytes == 0) return;
        Stream.of(creator.bare().toString(), ALL).forEach(who -> change(sql, owner.service(), who, nodes, bytes));
    }

    private static void change(DSLContext sql, String service, String who, int nodes, long bytes) {
        int found = sql.update(PUBSUB_USAGE).set(PUBSUB_USAGE.NODES, PUBSUB_USAGE.NODES.plus(nodes))
                .set(PUBSUB_USAGE.BYTES, PUBSUB_USAGE.BYTES.plus(bytes))
                .where(PUBSUB_USAGE.SERVICE.eq(service)).and(CREATOR.eq(who)).execute();
        if (found == 0)
            sql.insertInto(PUBSUB_USAGE).columns(PUBSUB_USAGE.SERVICE, CREATOR, PUBSUB_USAGE.NODES, PUBSUB_USAGE.BYTES)
                    .values(service, who, nodes, bytes).execute();
    }
}
