package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.LOGIN_TOKEN;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

final class JooqLoginTokens implements LoginTokens {
    private final Database database;
    private final LoginChanges changes;

    JooqLoginTokens(Database database, LoginChanges changes) {
        this.database = database;
        this.changes = changes;
    }

    @Override public Optional<Login> login(Jid jid, String client) {
        var current = changes.none();
        var rows = database.read(sql -> sql.select(ACCOUNT.fields()).select(LOGIN_TOKEN.fields())
                .from(ACCOUNT).leftJoin(LOGIN_TOKEN).on(LOGIN_TOKEN.ACCOUNT.eq(ACCOUNT.ID))
                .and(LOGIN_TOKEN.CLIENT.eq(client))
                .where(JooqAccounts.is(jid)).orderBy(LOGIN_TOKEN.FRESH.desc()).fetch());
        if (rows.isEmpty()) return Optional.empty();
        var tokens = rows.stream().filter(r -> r.get(LOGIN_TOKEN.CLIENT) != null).map(JooqLoginTokens::token).toList();
        return Optional.of(new Login(JooqAccounts.account(rows.getFirst()), rows.getFirst().get(ACCOUNT.LOGIN_EPOCH),
                tokens, current));
    }

    @Override public boolean issue(AccountKey account, Client client, Made made, byte[] after, int most) {
        try {
            return database.write(sql -> {
                if (after.length > 0 && lock(sql, of(account, client.id()).and(LOGIN_TOKEN.NONCE.eq(after))) == 0)
                    return false;
                sql.deleteFrom(LOGIN_TOKEN).where(of(account, client.id())).and(LOGIN_TOKEN.FRESH.isTrue()).execute();
                sql.insertInto(LOGIN_TOKEN).set(LOGIN_TOKEN.ACCOUNT, account.value())
                        .set(LOGIN_TOKEN.CLIENT, client.id()).set(LOGIN_TOKEN.FRESH, true)
                        .set(LOGIN_TOKEN.MECHANISM, made.mechanism()).set(LOGIN_TOKEN.NONCE, made.nonce())
                        .set(LOGIN_TOKEN.EPOCH, made.epoch())
                        .set(LOGIN_TOKEN.ISSUED, made.issued()).set(LOGIN_TOKEN.EXPIRES, made.expires())
                        .set(LOGIN_TOKEN.USES, 0L)
                        .set(LOGIN_TOKEN.SOFTWARE, client.software()).set(LOGIN_TOKEN.DEVICE, client.device())
                        .execute();
                keep(sql, account, most);
                return true;
            });
        } catch (StorageException e) {
            if (e.getCause() instanceof IntegrityConstraintViolationException) return false;
            throw e;
        }
    }

    private static void keep(DSLContext sql, AccountKey account, int most) {
        var tooMany = sql.select(LOGIN_TOKEN.CLIENT).from(LOGIN_TOKEN).where(LOGIN_TOKEN.ACCOUNT.eq(account.value()))
                .groupBy(LOGIN_TOKEN.CLIENT)
                .orderBy(DSL.max(LOGIN_TOKEN.ISSUED).desc()).offset(most).limit(1000).fetch(LOGIN_TOKEN.CLIENT);
        if (!tooMany.isEmpty()) sql.deleteFrom(LOGIN_TOKEN).where(LOGIN_TOKEN.ACCOUNT.eq(account.value()))
                .and(LOGIN_TOKEN.CLIENT.in(tooMany)).execute();
    }

    /** Locks rows, after waiting for transactions that change them; returns their number. */
    private static int lock(DSLContext sql, Condition rows) {
        return sql.select(LOGIN_TOKEN.FRESH).from(LOGIN_TOKEN).where(rows).forUpdate().fetch().size();
    }

    @Override public boolean use(AccountKey account, String client, byte[] nonce, long uses, Instant now) {
        return database.write(sql -> {
            var token = of(account, client).and(LOGIN_TOKEN.NONCE.eq(nonce));
            var fresh = sql.select(LOGIN_TOKEN.FRESH).from(LOGIN_TOKEN).where(token)
                    .and(uses == 0 ? DSL.trueCondition() : LOGIN_TOKEN.USES.lt(uses)).forUpdate()
                    .fetchOptional(LOGIN_TOKEN.FRESH);
            if (fresh.isEmpty()) return false;
            if (fresh.get())
                sql.deleteFrom(LOGIN_TOKEN).where(of(account, client)).and(LOGIN_TOKEN.FRESH.isFalse()).execute();
            var update = sql.update(LOGIN_TOKEN).set(LOGIN_TOKEN.FRESH, false).set(LOGIN_TOKEN.USED, now);
            return (uses == 0 ? update : update.set(LOGIN_TOKEN.USES, uses)).where(token).execute() > 0;
        });
    }

    @Override public boolean revoke(AccountKey account, String client) {
        return changes.make(() -> database.write(sql -> {
            // a token that is being issued after one of these becomes visible, and goes too
            lock(sql, of(account, client));
            return sql.deleteFrom(LOGIN_TOKEN).where(of(account, client)).execute() > 0;
        }));
    }

    @Override public void revokeAll(AccountKey account) {
        changes.make(() -> database.write(sql -> {
            JooqAccounts.newEpoch(sql, account);
            return sql.deleteFrom(LOGIN_TOKEN).where(LOGIN_TOKEN.ACCOUNT.eq(account.value())).execute();
        }));
    }

    @Override public List<Listed> list(AccountKey account) {
        return database.read(sql -> sql.select(LOGIN_TOKEN.fields()).from(LOGIN_TOKEN).join(ACCOUNT)
                .on(ACCOUNT.ID.eq(LOGIN_TOKEN.ACCOUNT)).and(ACCOUNT.LOGIN_EPOCH.eq(LOGIN_TOKEN.EPOCH))
                .where(LOGIN_TOKEN.ACCOUNT.eq(account.value())).orderBy(LOGIN_TOKEN.CLIENT, LOGIN_TOKEN.FRESH.desc())
                .fetch(r -> new Listed(
                        new Client(r.get(LOGIN_TOKEN.CLIENT), r.get(LOGIN_TOKEN.SOFTWARE), r.get(LOGIN_TOKEN.DEVICE)),
                        token(r))));
    }

    private static Condition of(AccountKey account, String client) {
        return LOGIN_TOKEN.ACCOUNT.eq(account.value()).and(LOGIN_TOKEN.CLIENT.eq(client));
    }

    private static Token token(Record r) {
        var made = new Made(r.get(LOGIN_TOKEN.MECHANISM), r.get(LOGIN_TOKEN.NONCE), r.get(LOGIN_TOKEN.EPOCH),
                r.get(LOGIN_TOKEN.ISSUED), r.get(LOGIN_TOKEN.EXPIRES));
        return new Token(made, r.get(LOGIN_TOKEN.FRESH), Optional.ofNullable(r.get(LOGIN_TOKEN.USED)),
                r.get(LOGIN_TOKEN.USES));
    }
}
