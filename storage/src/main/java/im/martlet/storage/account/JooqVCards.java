package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.VCARD;

import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.Optional;

final class JooqVCards implements VCards {
    private final Database database;

    JooqVCards(Database database) { this.database = database; }

    @Override public Optional<String> get(AccountKey account) {
        return database.read(sql -> sql.select(VCARD.XML).from(VCARD).where(VCARD.ACCOUNT.eq(account.value()))
                .fetchOptional(VCARD.XML));
    }

    @Override public void put(AccountKey account, String xml, Optional<String> photo) {
        database.write(sql -> sql.insertInto(VCARD, VCARD.ACCOUNT, VCARD.XML, VCARD.PHOTO)
                .values(account.value(), xml, photo.orElse(null))
                .onConflict(VCARD.ACCOUNT).doUpdate().set(VCARD.XML, xml).set(VCARD.PHOTO, photo.orElse(null))
                .execute());
    }

    @Override public Optional<String> photo(AccountKey account) {
        return database.read(sql -> sql.select(VCARD.PHOTO).from(VCARD).where(VCARD.ACCOUNT.eq(account.value()))
                .fetchOptional(VCARD.PHOTO));
    }
}
