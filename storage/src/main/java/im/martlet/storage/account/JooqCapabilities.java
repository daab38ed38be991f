package im.martlet.storage.account;

import static im.martlet.storage.schema.Tables.CAPABILITY;

import im.martlet.storage.db.Database;
import java.util.Optional;
import java.util.Set;

final class JooqCapabilities implements Capabilities {
    private static final int MOST = 20_000; // kinds of clients; a user that invents more must not fill the disk

    private final Database database;

    JooqCapabilities(Database database) { this.database = database; }

    @Override public Optional<Set<String>> features(Hash hash) {
        return database.read(sql -> sql.select(CAPABILITY.FEATURES).from(CAPABILITY)
                .where(CAPABILITY.ALGORITHM.eq(hash.algorithm())).and(CAPABILITY.HASH.eq(hash.value()))
                .fetchOptional(CAPABILITY.FEATURES)
                .map(features -> features.isEmpty() ? Set.of() : Set.of(features.split("\n"))));
    }

    @Override public void put(Hash hash, Set<String> features) {
        database.read(sql -> sql.fetchCount(CAPABILITY) >= MOST ? 0
                // if it is lost, the server asks a client again
                : sql.insertInto(CAPABILITY, CAPABILITY.ALGORITHM, CAPABILITY.HASH, CAPABILITY.FEATURES)
                        .values(hash.algorithm(), hash.value(), String.join("\n", features)).onConflictDoNothing()
                        .execute());
    }
}
