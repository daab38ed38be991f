package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ARCHIVE;
import static im.martlet.storage.schema.Tables.CREDENTIAL;
import static im.martlet.storage.schema.Tables.DELETED_ACCOUNT;
import static im.martlet.storage.schema.Tables.OUTBOX;
import static im.martlet.storage.schema.Tables.PUBSUB_NODE;
import static im.martlet.storage.schema.Tables.RESUMABLE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.IntegrityConstraintViolationException;

final class JooqAccounts implements Accounts {
    private final Database database;
    private final LoginChanges changes;

    JooqAccounts(Database database) { this(database, new LoginChanges()); }

    JooqAccounts(Database database, LoginChanges changes) {
        this.database = database;
        this.changes = changes;
    }

    @Override public Optional<Account> find(Jid jid) {
        return database.read(
                sql -> sql.select(ACCOUNT.fields()).from(ACCOUNT).where(is(jid)).fetchOptional(JooqAccounts::account));
    }

    @Override public Optional<Login> login(Jid jid, String mechanism) {
        var current = changes.none();
        return database.read(sql -> sql.select(ACCOUNT.fields()).select(CREDENTIAL.fields())
                .from(ACCOUNT).join(CREDENTIAL).on(CREDENTIAL.ACCOUNT.eq(ACCOUNT.ID))
                .where(is(jid)).and(CREDENTIAL.MECHANISM.eq(mechanism))
                .fetchOptional(r -> new Login(account(r),
                        new Verifier(r.get(CREDENTIAL.MECHANISM), r.get(CREDENTIAL.SALT),
                                r.get(CREDENTIAL.ITERATIONS), r.get(CREDENTIAL.STORED_KEY),
                                r.get(CREDENTIAL.SERVER_KEY)),
                        r.get(ACCOUNT.LOGIN_EPOCH), current)));
    }

    @Override public Optional<Account> create(Jid jid, List<Verifier> verifiers) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try {
            return Optional.of(database.write(sql -> {
                long id = sql.insertInto(ACCOUNT, ACCOUNT.HOST, ACCOUNT.LOCALPART, ACCOUNT.ENABLED, ACCOUNT.CREATED)
                        .values(jid.domain(), jid.local(), true, now).returningResult(ACCOUNT.ID)
                        .fetchSingle(ACCOUNT.ID);
                var account = new Account(new AccountKey(id), jid, true, now);
                write(sql, account.key(), verifiers);
                return account;
            }));
            // the constraint decides: H2's "on conflict do nothing" lets two concurrent inserts through
        } catch (StorageException e) {
            if (e.getCause() instanceof IntegrityConstraintViolationException) return Optional.empty();
            throw e;
        }
    }

    @Override public void setVerifiers(AccountKey account, List<Verifier> verifiers) {
        change(sql -> {
            newEpoch(sql, account);
            sql.deleteFrom(CREDENTIAL).where(CREDENTIAL.ACCOUNT.eq(account.value())).execute();
            return write(sql, account, verifiers);
        });
    }

    private <T> T change(Function<DSLContext, T> work) { return changes.make(() -> database.write(work)); }

    /** Makes all older tokens worthless, including those that are being issued. */
    static int newEpoch(DSLContext sql, AccountKey account) {
        return sql.update(ACCOUNT).set(ACCOUNT.LOGIN_EPOCH, ACCOUNT.LOGIN_EPOCH.plus(1))
                .where(ACCOUNT.ID.eq(account.value())).execute();
    }

    private static int write(DSLContext sql, AccountKey account, List<Verifier> verifiers) {
        for (Verifier v : verifiers)
            sql.insertInto(CREDENTIAL, CREDENTIAL.ACCOUNT, CREDENTIAL.MECHANISM, CREDENTIAL.SALT, CREDENTIAL.ITERATIONS,
                    CREDENTIAL.STORED_KEY,
                    CREDENTIAL.SERVER_KEY)
                    .values(account.value(), v.mechanism(), v.salt(), v.iterations(), v.storedKey(), v.serverKey())
                    .execute();
        return verifiers.size();
    }

    @Override public void setEnabled(AccountKey account, boolean enabled) {
        change(sql -> {
            newEpoch(sql, account);
            return sql.update(ACCOUNT).set(ACCOUNT.ENABLED, enabled).where(ACCOUNT.ID.eq(account.value())).execute();
        });
    }

    @Override public boolean delete(AccountKey account) {
        return change(sql -> {
            sql.deleteFrom(ARCHIVE).where(ARCHIVE.ACCOUNT.eq(account.value())).execute();
            sql.deleteFrom(RESUMABLE).where(RESUMABLE.ACCOUNT.eq(account.value())).execute();
            sql.deleteFrom(OUTBOX).where(OUTBOX.ACCOUNT.eq(account.value())).execute();
            sql.deleteFrom(PUBSUB_NODE).where(PUBSUB_NODE.ACCOUNT.eq(account.value())).execute();
            boolean existed = sql.deleteFrom(ACCOUNT).where(ACCOUNT.ID.eq(account.value())).execute() > 0;
            if (existed) sql.insertInto(DELETED_ACCOUNT, DELETED_ACCOUNT.ACCOUNT).values(account.value()).execute();
            else sql.deleteFrom(DELETED_ACCOUNT).where(DELETED_ACCOUNT.ACCOUNT.eq(account.value())).execute();
            return existed;
        });
    }

    @Override public List<AccountKey> deletedOnce() {
        return database.read(sql -> sql.select(DELETED_ACCOUNT.ACCOUNT).from(DELETED_ACCOUNT)
                .fetch(r -> new AccountKey(r.value1())));
    }

    @Override public List<Account> list(String host, String after, int limit) {
        return database.read(sql -> sql.select(ACCOUNT.fields()).from(ACCOUNT)
                .where(ACCOUNT.HOST.eq(host)).and(ACCOUNT.LOCALPART.gt(after))
                .orderBy(ACCOUNT.LOCALPART).limit(limit).fetch(JooqAccounts::account));
    }

    @Override public long count(String host) {
        return database.read(sql -> sql.fetchCount(ACCOUNT, ACCOUNT.HOST.eq(host)));
    }

    static Condition is(Jid jid) { return ACCOUNT.HOST.eq(jid.domain()).and(ACCOUNT.LOCALPART.eq(jid.local())); }

    static Account account(Record r) {
        return new Account(new AccountKey(r.get(ACCOUNT.ID)), Jid.of(r.get(ACCOUNT.LOCALPART), r.get(ACCOUNT.HOST), ""),
                r.get(ACCOUNT.ENABLED), r.get(ACCOUNT.CREATED));
    }
}
