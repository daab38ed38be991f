package im.martlet.storage.pubsub;

import static im.martlet.storage.schema.Tables.PUBSUB_USAGE;

import im.martlet.address.Jid;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.Nodes.Usage;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;

/** Counts the nodes and bytes of a service, in the same transaction in which the nodes change. */
final class ServiceUsage {
    /** Stands for all creators together. */
    static final String ALL = "";
    private static final Field<String> CREATOR = PUBSUB_USAGE.CREATOR.coerce(String.class);

    private ServiceUsage() {}

    static Usage of(DSLContext sql, String service, String creator) {
        return sql.select(PUBSUB_USAGE.NODES, PUBSUB_USAGE.BYTES).from(PUBSUB_USAGE)
                .where(PUBSUB_USAGE.SERVICE.eq(service)).and(CREATOR.eq(creator))
                .fetchOptional(r -> new Usage(r.value1(), r.value2())).orElse(new Usage(0, 0));
    }

    /** Adds to the counts; does nothing for nodes of an account. */
    static void change(DSLContext sql, Owner owner, Jid creator, int nodes, long bytes) {
        if (owner.account() != 0 || nodes == 0 && bytes == 0) return;
        Stream.of(creator.bare().toString(), ALL).forEach(entry -> change(sql, owner.service(), entry, nodes, bytes));
    }

    private static void change(DSLContext sql, String service, String entry, int nodes, long bytes) {
        int found = sql.update(PUBSUB_USAGE).set(PUBSUB_USAGE.NODES, PUBSUB_USAGE.NODES.plus(nodes))
                .set(PUBSUB_USAGE.BYTES, PUBSUB_USAGE.BYTES.plus(bytes))
                .where(PUBSUB_USAGE.SERVICE.eq(service)).and(CREATOR.eq(entry)).execute();
        if (found == 0)
            sql.insertInto(PUBSUB_USAGE).columns(PUBSUB_USAGE.SERVICE, CREATOR, PUBSUB_USAGE.NODES, PUBSUB_USAGE.BYTES)
                    .values(service, entry, nodes, bytes).execute();
    }
}
