package im.martlet.storage.upload;

import static im.martlet.storage.schema.Tables.UPLOAD;
import static im.martlet.storage.schema.Tables.UPLOAD_BLOB;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

final class JooqUploads implements Uploads {
    private final Database database;

    JooqUploads(Database database) { this.database = database; }

    @Override public boolean finish(Upload u, String hash) {
        try {
            return database.write(sql -> {
                if (sql.update(UPLOAD_BLOB).set(UPLOAD_BLOB.HASH, hash).set(UPLOAD_BLOB.BYTES, u.description().bytes())
                        .where(UPLOAD_BLOB.NAME.eq(u.blob())).execute() == 0) // a loss of power has lost its record
                    sql.insertInto(UPLOAD_BLOB).set(UPLOAD_BLOB.NAME, u.blob()).set(UPLOAD_BLOB.HASH, hash)
                            .set(UPLOAD_BLOB.BYTES, u.description().bytes()).set(UPLOAD_BLOB.CREATED, u.created())
                            .execute();
                sql.insertInto(UPLOAD).set(UPLOAD.ID, u.id())
                        .set(UPLOAD.ACCOUNT, u.owner().account().map(AccountKey::value).orElse(null))
                        .set(UPLOAD.UPLOADER, u.owner().jid())
                        .set(UPLOAD.HOST, u.owner().host()).set(UPLOAD.NAME, u.description().name())
                        .set(UPLOAD.MEDIA_TYPE, u.description().type()).set(UPLOAD.BYTES, u.description().bytes())
                        .set(UPLOAD.PURPOSE, u.description().purpose()).set(UPLOAD.CREATED, u.created())
                        .set(UPLOAD.EXPIRES, u.expires().orElse(null)).set(UPLOAD.STORED, u.blob()).execute();
                return true;
            });
        } catch (StorageException e) {
            if (e.getCause() instanceof IntegrityConstraintViolationException) return false;
            throw e;
        }
    }

    @Override public Optional<Upload> find(String id) {
        return database.read(sql -> sql.select(UPLOAD.fields()).from(UPLOAD).where(UPLOAD.ID.eq(id))
                .fetchOptional(JooqUploads::upload));
    }

    @Override public List<Upload> list(Jid owner, Optional<Instant> before, int limit) {
        return database.read(sql -> sql.select(UPLOAD.fields()).from(UPLOAD).where(UPLOAD.UPLOADER.eq(owner))
                .and(UPLOAD.GONE.isNull())
                .and(before.map(UPLOAD.CREATED::lt).orElse(DSL.trueCondition()))
                .orderBy(UPLOAD.CREATED.desc(), UPLOAD.ID).limit(limit).fetch(JooqUploads::upload));
    }

    @Override public Usage usage(Jid owner, Instant since) {
        var here = UPLOAD.GONE.isNull();
        var recent = UPLOAD.CREATED.ge(since);
        return database.read(sql -> sql
                .select(DSL.count().filterWhere(here), DSL.sum(UPLOAD.BYTES).filterWhere(here),
                        DSL.sum(UPLOAD.BYTES).filterWhere(recent), DSL.min(UPLOAD.CREATED).filterWhere(recent))
                .from(UPLOAD).where(UPLOAD.UPLOADER.eq(owner))
                .fetchSingle(r -> new Usage(r.value1(), number(r.value2()), number(r.value3()),
                        Optional.ofNullable(r.value4()))));
    }

    private static long number(java.math.@org.jspecify.annotations.Nullable BigDecimal sum) {
        return sum == null ? 0 : sum.longValueExact();
    }

    @Override public List<HostUsage> hosts() {
        return database.read(sql -> sql.select(UPLOAD.HOST, DSL.count(), DSL.sum(UPLOAD.BYTES)).from(UPLOAD)
                .where(UPLOAD.GONE.isNull()).groupBy(UPLOAD.HOST).orderBy(UPLOAD.HOST)
                .fetch(r -> new HostUsage(r.value1(), r.value2(), number(r.value3()))));
    }

    @Override public boolean delete(String id, Instant now) { return remove(List.of(id), now) > 0; }

    private int remove(List<String> ids, Instant now) {
        return ids.isEmpty() ? 0 : database.write(sql -> sql.update(UPLOAD).set(UPLOAD.GONE, now).setNull(UPLOAD.STORED)
                .where(UPLOAD.ID.in(ids)).and(UPLOAD.GONE.isNull()).execute());
    }

    @Override public int deleteOld(Instant now, List<Older> older, int limit) {
        var old = UPLOAD.EXPIRES.le(now);
        for (var o : older) old = old.or(UPLOAD.PURPOSE.eq(o.purpose()).and(UPLOAD.CREATED.lt(o.than())));
        Condition which = old;
        List<String> ids = database.read(sql -> sql.select(UPLOAD.ID).from(UPLOAD).where(UPLOAD.GONE.isNull())
                .and(which).limit(limit).fetch(UPLOAD.ID));
        return remove(ids, now);
    }

    @Override public void forget(Instant goneBefore) {
        database.write(sql -> sql.deleteFrom(UPLOAD).where(UPLOAD.GONE.lt(goneBefore)).execute());
    }

    private static Upload upload(Record r) {
        var owner = new Owner(Optional.ofNullable(r.get(UPLOAD.ACCOUNT)).map(AccountKey::new), r.get(UPLOAD.UPLOADER),
                r.get(UPLOAD.HOST));
        var description = new Description(r.get(UPLOAD.NAME), r.get(UPLOAD.MEDIA_TYPE), r.get(UPLOAD.BYTES),
                r.get(UPLOAD.PURPOSE));
        return new Upload(r.get(UPLOAD.ID), owner, description, r.get(UPLOAD.CREATED),
                Optional.ofNullable(r.get(UPLOAD.EXPIRES)), Optional.ofNullable(r.get(UPLOAD.STORED)).orElse(""));
    }
}
