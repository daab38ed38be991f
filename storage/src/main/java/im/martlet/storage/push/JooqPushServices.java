package im.martlet.storage.push;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.PUSH_SERVICE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

final class JooqPushServices implements PushServices {
    private final Database database;

    JooqPushServices(Database database) { this.database = database; }

    @Override public void enable(AccountKey account, PushRegistration registration, Instant now, int most) {
        database.write(sql -> {
            // serialises concurrent calls for the account
            sql.select(ACCOUNT.ID).from(ACCOUNT).where(ACCOUNT.ID.eq(account.value())).forUpdate().fetch();
            var same = of(account, registration.service()).and(PUSH_SERVICE.NODE.eq(registration.node()));
            int renewed = healthy(sql.update(PUSH_SERVICE).set(PUSH_SERVICE.OPTIONS, registration.options())
                    .set(PUSH_SERVICE.DEVICE, registration.device()).set(PUSH_SERVICE.ENABLED, now)).where(same)
                    .execute();
            if (renewed == 0) {
                sql.insertInto(PUSH_SERVICE).set(PUSH_SERVICE.ACCOUNT, account.value())
                        .set(PUSH_SERVICE.SERVICE, registration.service().toString())
                        .set(PUSH_SERVICE.NODE, registration.node())
                        .set(PUSH_SERVICE.OPTIONS, registration.options())
                        .set(PUSH_SERVICE.DEVICE, registration.device())
                        .set(PUSH_SERVICE.ENABLED, now).set(PUSH_SERVICE.FAILURES, 0).set(PUSH_SERVICE.PROBLEM, "")
                        .execute();
                keep(sql, account, most);
            }
            return null;
        });
    }

    private static org.jooq.UpdateSetMoreStep<?> healthy(org.jooq.UpdateSetMoreStep<?> update) {
        return set(update, Health.GOOD);
    }

    private static org.jooq.UpdateSetMoreStep<?> set(org.jooq.UpdateSetStep<?> update, Health health) {
        return update.set(PUSH_SERVICE.DISABLED_UNTIL, health.disabledUntil().orElse(null))
                .set(PUSH_SERVICE.FAILING_SINCE, health.failingSince().orElse(null))
                .set(PUSH_SERVICE.FAILURES, health.failures()).set(PUSH_SERVICE.PROBLEM, health.problem());
    }

    private static void keep(DSLContext sql, AccountKey account, int most) {
        var tooMany = sql.select(PUSH_SERVICE.ID).from(PUSH_SERVICE).where(PUSH_SERVICE.ACCOUNT.eq(account.value()))
                .orderBy(PUSH_SERVICE.ENABLED.desc(), PUSH_SERVICE.ID.desc()).offset(most).limit(1000)
                .fetch(PUSH_SERVICE.ID);
        if (!tooMany.isEmpty()) sql.deleteFrom(PUSH_SERVICE).where(PUSH_SERVICE.ID.in(tooMany)).execute();
    }

    private static Condition of(AccountKey account, Jid service) {
        return PUSH_SERVICE.ACCOUNT.eq(account.value()).and(PUSH_SERVICE.SERVICE.eq(service.toString()));
    }

    @Override public int disable(AccountKey account, Jid service, Optional<String> node) {
        return database.write(sql -> sql.deleteFrom(PUSH_SERVICE).where(of(account, service))
                .and(node.map(PUSH_SERVICE.NODE::eq).orElse(DSL.trueCondition())).execute());
    }

    @Override public List<Service> list(AccountKey account) { return where(PUSH_SERVICE.ACCOUNT.eq(account.value())); }

    @Override public Optional<Service> find(long id) { return where(PUSH_SERVICE.ID.eq(id)).stream().findFirst(); }

    private List<Service> where(Condition which) {
        return database.read(sql -> sql.select(PUSH_SERVICE.fields()).select(ACCOUNT.HOST, ACCOUNT.LOCALPART)
                .from(PUSH_SERVICE).join(ACCOUNT).on(ACCOUNT.ID.eq(PUSH_SERVICE.ACCOUNT))
                .where(which).orderBy(PUSH_SERVICE.ID).fetch(JooqPushServices::service));
    }

    private static Service service(Record r) {
        var registration = new PushRegistration(Jid.parse(r.get(PUSH_SERVICE.SERVICE)), r.get(PUSH_SERVICE.NODE),
                r.get(PUSH_SERVICE.OPTIONS), r.get(PUSH_SERVICE.DEVICE));
        var health = new Health(Optional.ofNullable(r.get(PUSH_SERVICE.DISABLED_UNTIL)),
                Optional.ofNullable(r.get(PUSH_SERVICE.FAILING_SINCE)), r.get(PUSH_SERVICE.FAILURES),
                r.get(PUSH_SERVICE.PROBLEM));
        return new Service(r.get(PUSH_SERVICE.ID), new AccountKey(r.get(PUSH_SERVICE.ACCOUNT)),
                Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""), registration, r.get(PUSH_SERVICE.ENABLED),
                health);
    }

    @Override public void note(Service service, Health health) {
        database.note(sql -> set(sql.update(PUSH_SERVICE), health).where(asItWas(service)).execute());
    }

    @Override public boolean remove(Service service) {
        return database.write(sql -> sql.deleteFrom(PUSH_SERVICE).where(asItWas(service)).execute() > 0
                || !sql.fetchExists(PUSH_SERVICE, PUSH_SERVICE.ID.eq(service.id())));
    }

    private static Condition asItWas(Service service) {
        return PUSH_SERVICE.ID.eq(service.id()).and(PUSH_SERVICE.ENABLED.eq(service.enabled()));
    }
}
