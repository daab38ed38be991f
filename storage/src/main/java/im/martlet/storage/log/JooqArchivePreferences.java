package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.ARCHIVE_EXCEPTION;
import static im.martlet.storage.schema.Tables.ARCHIVE_PREFERENCE;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.Set;
import org.jooq.DSLContext;

final class JooqArchivePreferences implements ArchivePreferences {
    private final Database database;

    JooqArchivePreferences(Database database) { this.database = database; }

    @Override public Preferences of(AccountKey account) {
        return database.read(sql -> sql.select(ARCHIVE_PREFERENCE.STANDARD).from(ARCHIVE_PREFERENCE)
                .where(ARCHIVE_PREFERENCE.ACCOUNT.eq(account.value()))
                .fetchOptional(ARCHIVE_PREFERENCE.STANDARD)
                .map(standard -> new Preferences(Standard.valueOf(standard), exceptions(sql, account, true),
                        exceptions(sql, account, false)))
                .orElse(Preferences.KEEP_ALL));
    }

    private static Set<Jid> exceptions(DSLContext sql, AccountKey account, boolean archived) {
        return sql.select(ARCHIVE_EXCEPTION.CONTACT).from(ARCHIVE_EXCEPTION)
                .where(ARCHIVE_EXCEPTION.ACCOUNT.eq(account.value()))
                .and(ARCHIVE_EXCEPTION.ARCHIVED.eq(archived)).fetchSet(ARCHIVE_EXCEPTION.CONTACT);
    }

    @Override public void put(AccountKey account, Preferences preferences) {
        database.write(sql -> {
            String standard = preferences.standard().name();
            sql.insertInto(ARCHIVE_PREFERENCE, ARCHIVE_PREFERENCE.ACCOUNT, ARCHIVE_PREFERENCE.STANDARD)
                    .values(account.value(), standard)
                    .onConflict(ARCHIVE_PREFERENCE.ACCOUNT).doUpdate().set(ARCHIVE_PREFERENCE.STANDARD, standard)
                    .execute();
            sql.deleteFrom(ARCHIVE_EXCEPTION).where(ARCHIVE_EXCEPTION.ACCOUNT.eq(account.value())).execute();
            preferences.always().forEach(contact -> except(sql, account, contact, true));
            preferences.never().forEach(contact -> except(sql, account, contact, false));
            return null;
        });
    }

    private static void except(DSLContext sql, AccountKey account, Jid contact, boolean archived) {
        sql.insertInto(ARCHIVE_EXCEPTION, ARCHIVE_EXCEPTION.ACCOUNT, ARCHIVE_EXCEPTION.CONTACT,
                ARCHIVE_EXCEPTION.ARCHIVED)
                .values(account.value(), contact, archived).onConflictDoNothing().execute();
    }
}
