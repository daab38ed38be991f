package im.martlet.storage.push;

import static im.martlet.storage.schema.Tables.OUTBOX;
import static im.martlet.storage.schema.Tables.PUSH_DEVICE;
import static im.martlet.storage.schema.Tables.PUSH_PUBLISHED;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.LogId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;

final class JooqPushDevices implements PushDevices {
    private final Database database;

    JooqPushDevices(Database database) { this.database = database; }

    @Override public void register(Device device, int most) {
        database.write(sql -> {
            var owners =
                    PUSH_DEVICE.OWNER.eq(device.owner().toString()).and(PUSH_DEVICE.HOST.eq(device.gateway().domain()));
            var s = device.subscription();
            sql.deleteFrom(PUSH_DEVICE).where(owners).and(PUSH_DEVICE.ENDPOINT.eq(s.endpoint())).execute();
            sql.insertInto(PUSH_DEVICE).set(PUSH_DEVICE.NODE, device.node()).set(PUSH_DEVICE.SECRET, device.secret())
                    .set(PUSH_DEVICE.HOST, device.gateway().domain())
                    .set(PUSH_DEVICE.OWNER, device.owner().toString()).set(PUSH_DEVICE.ENDPOINT, s.endpoint())
                    .set(PUSH_DEVICE.PUBLIC_KEY, s.key()).set(PUSH_DEVICE.AUTH, s.auth())
                    .set(PUSH_DEVICE.REGISTERED, device.registered()).execute();
            var tooMany = sql.select(PUSH_DEVICE.ID).from(PUSH_DEVICE).where(owners)
                    .orderBy(PUSH_DEVICE.REGISTERED.desc(), PUSH_DEVICE.ID.desc()).offset(most).limit(1000)
                    .fetch(PUSH_DEVICE.ID);
            return tooMany.isEmpty() ? 0 : sql.deleteFrom(PUSH_DEVICE).where(PUSH_DEVICE.ID.in(tooMany)).execute();
        });
    }

    @Override public Optional<Device> find(long id) { return where(PUSH_DEVICE.ID.eq(id)).stream().findFirst(); }

    @Override public Optional<Device> at(Jid gateway, String node) {
        return where(PUSH_DEVICE.NODE.eq(node).and(PUSH_DEVICE.HOST.eq(gateway.domain()))).stream().findFirst();
    }

    @Override public List<Device> of(Jid owner) { return where(PUSH_DEVICE.OWNER.eq(owner.toString())); }

    private List<Device> where(Condition which) {
        return database.read(
                sql -> sql.selectFrom(PUSH_DEVICE).where(which).orderBy(PUSH_DEVICE.ID).fetch(JooqPushDevices::device));
    }

    private static Device device(Record r) {
        var subscription =
                new Subscription(r.get(PUSH_DEVICE.ENDPOINT), r.get(PUSH_DEVICE.PUBLIC_KEY), r.get(PUSH_DEVICE.AUTH));
        return new Device(r.get(PUSH_DEVICE.ID), r.get(PUSH_DEVICE.NODE), r.get(PUSH_DEVICE.SECRET),
                Jid.of("", r.get(PUSH_DEVICE.HOST), ""), Jid.parse(r.get(PUSH_DEVICE.OWNER)),
                subscription, r.get(PUSH_DEVICE.REGISTERED));
    }

    @Override public void remove(long id) {
        database.write(sql -> {
            sql.deleteFrom(OUTBOX).where(waiting(id)).execute();
            return sql.deleteFrom(PUSH_DEVICE).where(PUSH_DEVICE.ID.eq(id)).execute();
        });
    }

    private static Condition waiting(long device) {
        return OUTBOX.CONSUMER.eq(PushDevices.CONSUMER).and(OUTBOX.ADDRESSEE.eq(device));
    }

    @Override public Acceptance accept(Device device, String item, long entry, String note, int most) {
        return database.write(sql -> {
            if (sql.select(PUSH_DEVICE.ID).from(PUSH_DEVICE).where(PUSH_DEVICE.ID.eq(device.id())).forUpdate().fetch()
                    .isEmpty())
                return Acceptance.KNOWN; // the device is gone
            var published = PUSH_PUBLISHED.DEVICE.eq(device.id()).and(PUSH_PUBLISHED.ITEM.eq(item));
            if (!item.isEmpty() && sql.fetchExists(PUSH_PUBLISHED, published)) return Acceptance.KNOWN;
            if (sql.fetchCount(OUTBOX, waiting(device.id())) >= most) return Acceptance.FULL;
            var now = LogId.time(entry);
            if (!item.isEmpty()) sql.insertInto(PUSH_PUBLISHED).set(PUSH_PUBLISHED.DEVICE, device.id())
                    .set(PUSH_PUBLISHED.ITEM, item).set(PUSH_PUBLISHED.PUBLISHED, now).execute();
            sql.insertInto(OUTBOX).set(OUTBOX.CONSUMER, PushDevices.CONSUMER).set(OUTBOX.ACCOUNT, 0L)
                    .set(OUTBOX.ADDRESSEE, device.id()).set(OUTBOX.ENTRY, entry).set(OUTBOX.NOTE, note)
                    .set(OUTBOX.ATTEMPTS, 0).set(OUTBOX.DUE, now).execute();
            return Acceptance.ACCEPTED;
        });
    }

    @Override public void forget(Instant before) {
        database.note(sql -> sql.deleteFrom(PUSH_PUBLISHED).where(PUSH_PUBLISHED.PUBLISHED.lt(before)).execute());
    }
}
