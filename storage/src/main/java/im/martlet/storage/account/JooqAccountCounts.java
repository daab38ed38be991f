package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.CREDENTIAL;
import static org.jooq.impl.DSL.count;

import im.martlet.storage.db.Database;
import java.util.Map;

final class JooqAccountCounts implements AccountCounts {
    // all verifiers of an account are derived from one password, at once
    private static final String ONE_OF_EACH = "SCRAM-SHA-256";

    private final Database database;

    JooqAccountCounts(Database database) { this.database = database; }

    @Override public Map<Integer, Long> iterations(String host) {
        return database.read(sql -> sql.select(CREDENTIAL.ITERATIONS, count()).from(CREDENTIAL).join(ACCOUNT)
                .on(ACCOUNT.ID.eq(CREDENTIAL.ACCOUNT))
                .where(ACCOUNT.HOST.eq(host)).and(CREDENTIAL.MECHANISM.eq(ONE_OF_EACH))
                .groupBy(CREDENTIAL.ITERATIONS).fetchMap(CREDENTIAL.ITERATIONS, r -> r.value2().longValue()));
    }
}
