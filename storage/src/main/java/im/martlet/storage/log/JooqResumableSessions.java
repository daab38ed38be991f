package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.RESUMABLE;

import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.OptionalLong;

final class JooqResumableSessions implements ResumableSessions {
    private final Database database;

    JooqResumableSessions(Database database) { this.database = database; }

    @Override public OptionalLong handled(AccountKey account, String stream) {
        return database.read(sql -> sql.select(RESUMABLE.HANDLED).from(RESUMABLE).where(RESUMABLE.ID.eq(stream))
                .and(RESUMABLE.ACCOUNT.eq(account.value()))
                .fetchOptional(RESUMABLE.HANDLED)).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override public int forget(Instant before) {
        return database.note(sql -> sql.deleteFrom(RESUMABLE).where(RESUMABLE.SEEN.lt(before)).execute());
    }
}
