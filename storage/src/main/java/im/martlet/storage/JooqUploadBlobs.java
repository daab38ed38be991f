package im.martlet.storage;

import static im.martlet.storage.schema.Tables.UPLOAD;
import static im.martlet.storage.schema.Tables.UPLOAD_BLOB;

import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

final class JooqUploadBlobs implements UploadBlobs {
    private final Database database;

    JooqUploadBlobs(Database database) { this.database = database; }

    @Override public void begin(String name, long bytes, Instant now) {
        database.note(sql -> sql.insertInto(UPLOAD_BLOB).set(UPLOAD_BLOB.NAME, name).set(UPLOAD_BLOB.BYTES, bytes).set(UPLOAD_BLOB.CREATED, now).execute());
    }

    @Override public List<String> unused(Instant begunBefore, int limit) {
        return database.read(sql -> sql.select(UPLOAD_BLOB.NAME).from(UPLOAD_BLOB).leftAntiJoin(UPLOAD).on(UPLOAD.STORED.eq(UPLOAD_BLOB.NAME))
                .where(UPLOAD_BLOB.HASH.isNotNull().or(UPLOAD_BLOB.CREATED.lt(begunBefore))).limit(limit).fetch(UPLOAD_BLOB.NAME));
    }

    @Override public boolean forget(String name) {
        try {
            database.write(sql -> sql.deleteFrom(UPLOAD_BLOB).where(UPLOAD_BLOB.NAME.eq(name)).execute());
            return true;
        } catch (StorageException e) {
            if (e.getCause() instanceof IntegrityConstraintViolationException) return false;
            throw e;
        }
    }

    /** The one that has been there longer stays. Whoever is faster in deleting that is found out by the foreign key; then there is nothing to share. */
    @Override public boolean share() {
        var fresh = database.read(sql -> sql.select(UPLOAD_BLOB.NAME, UPLOAD_BLOB.HASH, UPLOAD_BLOB.BYTES).from(UPLOAD_BLOB)
                .where(UPLOAD_BLOB.SETTLED.isFalse()).and(UPLOAD_BLOB.HASH.isNotNull()).orderBy(UPLOAD_BLOB.CREATED).limit(1).fetchOptional());
        if (fresh.isEmpty()) return false;
        var one = fresh.get();
        try {
            database.note(sql -> settle(sql, one.value1(), one.value2(), one.value3()));
        } catch (StorageException e) {
            if (!(e.getCause() instanceof IntegrityConstraintViolationException)) throw e;
        }
        return true;
    }

    private static int settle(DSLContext sql, String name, String hash, long bytes) {
        var same = sql.select(UPLOAD_BLOB.NAME).from(UPLOAD_BLOB).where(UPLOAD_BLOB.HASH.eq(hash)).and(UPLOAD_BLOB.BYTES.eq(bytes)).and(UPLOAD_BLOB.SETTLED.isTrue()).limit(1).fetchOptional(UPLOAD_BLOB.NAME);
        same.ifPresent(other -> sql.update(UPLOAD).set(UPLOAD.STORED, other).where(UPLOAD.STORED.eq(name)).execute());
        return same.isPresent() ? 0 : sql.update(UPLOAD_BLOB).set(UPLOAD_BLOB.SETTLED, true).where(UPLOAD_BLOB.NAME.eq(name)).execute();
    }

    @Override public long stored() { return database.read(sql -> sql.select(DSL.coalesce(DSL.sum(UPLOAD_BLOB.BYTES), java.math.BigDecimal.ZERO)).from(UPLOAD_BLOB).fetchSingle().value1().longValueExact()); }
}
