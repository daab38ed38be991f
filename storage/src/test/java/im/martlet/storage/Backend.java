package im.martlet.storage;

import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The databases that every store must work with. Each is opened once for all tests. */
enum Backend {
    H2 {
        @Override StorageConfig start() {
            return new StorageConfig("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "", 4);
        }
    },
    POSTGRESQL {
        @Override StorageConfig start() {
            try {
                var postgres = EmbeddedPostgres.builder().start(); // stops with this JVM
                return new StorageConfig(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 4);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private static final ConcurrentHashMap<Backend, Database> OPEN = new ConcurrentHashMap<>();

    abstract StorageConfig start();

    Database database() {
        return OPEN.computeIfAbsent(this, backend -> {
            try {
                return Database.open(backend.start());
            } catch (Database.UnusableException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
