package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.PRIVATE_XML;

import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.Optional;
import org.jooq.impl.DSL;

final class JooqPrivateXml implements PrivateXml {
    private final Database database;

    JooqPrivateXml(Database database) { this.database = database; }

    @Override public Optional<String> get(AccountKey account, String namespace, String name) {
        return database.read(
                sql -> sql.select(PRIVATE_XML.XML).from(PRIVATE_XML).where(PRIVATE_XML.ACCOUNT.eq(account.value()))
                        .and(PRIVATE_XML.NAMESPACE.eq(namespace)).and(PRIVATE_XML.NAME.eq(name))
                        .fetchOptional(PRIVATE_XML.XML));
    }

    @Override public void put(AccountKey account, String namespace, String name, String xml) {
        database.write(sql -> sql
                .insertInto(PRIVATE_XML, PRIVATE_XML.ACCOUNT, PRIVATE_XML.NAMESPACE, PRIVATE_XML.NAME, PRIVATE_XML.XML)
                .values(account.value(), namespace, name, xml)
                .onConflict(PRIVATE_XML.ACCOUNT, PRIVATE_XML.NAMESPACE, PRIVATE_XML.NAME).doUpdate()
                .set(PRIVATE_XML.XML, xml).execute());
    }

    @Override public long bytes(AccountKey account) {
        return database.read(sql -> sql.select(DSL.sum(DSL.octetLength(PRIVATE_XML.XML))).from(PRIVATE_XML)
                .where(PRIVATE_XML.ACCOUNT.eq(account.value()))
                .fetchOptional(r -> r.value1() == null ? 0 : r.value1().longValue()).orElse(0L));
    }
}
