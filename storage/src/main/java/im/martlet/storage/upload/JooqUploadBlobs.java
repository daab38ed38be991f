package im.martlet.storage.upload;

import static im.martlet.storage.schema.Tables.UPLOAD;
import static im.martlet.storage.schema.Tables.UPLOAD_BLOB;

import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

final class JooqUploadBlobs implements UploadBlobs {
    private final Database database;

    JooqUploadBlobs(Database database) { this.database = database; }

    @Override public void begin(String name, long bytes, Instant now) {
        database.note(sql -> sql.insertInto(UPLOAD_BLOB).set(UPLOAD_BLOB.NAME, name).set(UPLOAD_BLOB.BYTES, bytes)
                .set(UPLOAD_BLOB.CREATED, now).execute());
    }

    @Override public List<String> unused(Instant begunBefore, String after, int limit) {
        return database.read(sql -> sql.select(UPLOAD_BLOB.NAME).from(UPLOAD_BLOB).leftAntiJoin(UPLOAD)
                .on(UPLOAD.STORED.eq(UPLOAD_BLOB.NAME))
                .where(UPLOAD_BLOB.NAME.gt(after))
                .and(UPLOAD_BLOB.HASH.isNotNull().or(UPLOAD_BLOB.CREATED.lt(begunBefore))).orderBy(UPLOAD_BLOB.NAME)
                .limit(limit).fetch(UPLOAD_BLOB.NAME));
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

    /**
     * Keeps the older blob. If that blob is deleted at this moment, the foreign key fails, and a later call tries
     * again.
     */
    @Override public Optional<Settled> settle() {
        var fresh =
                database.read(sql -> sql.select(UPLOAD_BLOB.NAME, UPLOAD_BLOB.HASH, UPLOAD_BLOB.BYTES).from(UPLOAD_BLOB)
                        .where(UPLOAD_BLOB.SETTLED.isFalse()).and(UPLOAD_BLOB.HASH.isNotNull())
                        .orderBy(UPLOAD_BLOB.CREATED).limit(1).fetchOptional());
        return fresh.map(blob -> new Settled(blob.value1(),
                database.write(sql -> settle(sql, blob.value1(), blob.value2(), blob.value3()))));
    }

    /**
     * Settles a blob.
     *
     * @return whether a file needs it
     */
    private static boolean settle(DSLContext sql, String name, String hash, long bytes) {
        var same = sql.select(UPLOAD_BLOB.NAME).from(UPLOAD_BLOB).where(UPLOAD_BLOB.HASH.eq(hash))
                .and(UPLOAD_BLOB.BYTES.eq(bytes)).and(UPLOAD_BLOB.SETTLED.isTrue()).limit(1)
                .fetchOptional(UPLOAD_BLOB.NAME);
        same.ifPresent(other -> sql.update(UPLOAD).set(UPLOAD.STORED, other).where(UPLOAD.STORED.eq(name)).execute());
        // a blob without a hash is never shared, and this blob will be deleted
        var shareable = same.isPresent() ? null : hash;
        sql.update(UPLOAD_BLOB).set(UPLOAD_BLOB.SETTLED, true).set(UPLOAD_BLOB.HASH, shareable)
                .where(UPLOAD_BLOB.NAME.eq(name)).execute();
        return same.isEmpty();
    }

    @Override public long stored() {
        return database.read(sql -> sql.select(DSL.coalesce(DSL.sum(UPLOAD_BLOB.BYTES), java.math.BigDecimal.ZERO))
                .from(UPLOAD_BLOB).fetchSingle().value1().longValueExact());
    }
}
