package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.BLOCKED;

import im.martlet.address.Jid;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import java.util.Collection;
import java.util.Set;

final class JooqBlocklists implements Blocklists {
    private final Database database;

    JooqBlocklists(Database database) { this.database = database; }

    @Override public Set<Jid> of(AccountKey account) {
        return database.read(sql -> Set.copyOf(sql.select(BLOCKED.ADDRESS).from(BLOCKED)
                .where(BLOCKED.ACCOUNT.eq(account.value())).fetchSet(BLOCKED.ADDRESS)));
    }

    @Override public void add(AccountKey account, Collection<Jid> blocked) {
        database.write(sql -> {
            for (Jid address : blocked)
                sql.insertInto(BLOCKED, BLOCKED.ACCOUNT, BLOCKED.ADDRESS).values(account.value(), address)
                        .onConflictDoNothing().execute();
            return blocked.size();
        });
    }

    @Override public void remove(AccountKey account, Collection<Jid> blocked) {
        database.write(sql -> sql.deleteFrom(BLOCKED).where(BLOCKED.ACCOUNT.eq(account.value()))
                .and(BLOCKED.ADDRESS.in(blocked)).execute());
    }

    @Override public void clear(AccountKey account) {
        database.write(sql -> sql.deleteFrom(BLOCKED).where(BLOCKED.ACCOUNT.eq(account.value())).execute());
    }
}
