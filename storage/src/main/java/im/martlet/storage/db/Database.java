package im.martlet.storage.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The open database: a pool of connections, and the schema at its newest version. Any thread; calls block. */
public final class Database implements AutoCloseable {
    /** Thrown when the database cannot be used; the message tells the admin the reason and the remedy. */
    public static final class UnusableException extends Exception {
        UnusableException(String message, Throwable cause) { super(message, cause); }
    }

    private final HikariDataSource pool;
    private final DSLContext sql;
    private final ReentrantLock writing = new ReentrantLock(true); // held by the thread that writes to H2
    private final @Nullable H2Compaction compaction;

    private Database(HikariDataSource pool, SQLDialect dialect) {
        this.pool = pool;
        this.compaction = H2File.isUsedBy(pool.getJdbcUrl()) ? new H2Compaction(pool, writing) : null;
        this.sql = DSL.using(pool, dialect,
                new Settings().withRenderQuotedNames(RenderQuotedNames.NEVER).withRenderSchema(false)
                        .withExecuteLogging(false));
    }

    /** Opens a database and migrates its schema to the newest version; creates a missing file. */
    public static Database open(StorageConfig config) throws UnusableException {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        System.setProperty("h2.objectCache", "false"); // costs more than the values that it shares
        var dialect = dialect(config);
        var pool = connect(config);
        try {
            migrate(pool);
            return new Database(pool, dialect);
        } catch (FlywayValidateException e) {
            pool.close();
            throw new UnusableException(
                    "the database at " + config.url() + " was written by a newer Martlet, or changed by hand; "
                            + "start the newer version, or restore a backup: " + firstLine(e),
                    e);
        } catch (FlywayException e) {
            pool.close();
            throw new UnusableException(
                    "the schema of the database at " + config.url() + " cannot be brought up to date: " + firstLine(e),
                    e);
        }
    }

    private static SQLDialect dialect(StorageConfig config) throws UnusableException {
        if (config.url().startsWith("jdbc:h2:")) return SQLDialect.H2;
        if (config.url().startsWith("jdbc:postgresql:")) return SQLDialect.POSTGRES;
        throw new UnusableException("the database must be jdbc:h2:... or jdbc:postgresql:..., not " + config.url(),
                new IllegalArgumentException());
    }

    private static HikariDataSource connect(StorageConfig config) throws UnusableException {
        String url = url(config);
        H2File.mend(url);
        var hikari = new HikariConfig();
        hikari.setJdbcUrl(url);
        hikari.setUsername(config.user());
        hikari.setPassword(config.password());
        hikari.setMaximumPoolSize(config.connections());
        hikari.setMinimumIdle(1);
        hikari.setConnectionTimeout(10_000);
        hikari.setPoolName("storage");
        if (config.url().startsWith("jdbc:postgresql:")) {
            hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
            // a commit must be on disk, also if the database has another default; a URL may ask for more
            if (!config.url().contains("options=")) hikari.addDataSourceProperty("options", "-c synchronous_commit=on");
        } else {
            // when H2 cannot write (disk full) it closes its file, and opens it again once no connection is left;
            // but connections claim to be valid without a look at the file, so the pool would never replace them
            hikari.setConnectionTestQuery("call readonly()");
        }
        try {
            return new HikariDataSource(hikari);
        } catch (RuntimeException e) {
            throw new UnusableException("cannot open the database at " + config.url() + ": " + reason(e), e);
        }
    }

    /**
     * Adds the settings for H2. A commit must be in the file before it returns; by default H2 may wait half a second,
     * which a crash would lose. Only the server closes the database. {@link H2Channel} makes a long retention of
     * outdated space useless, and under load that would make the file a hundred times as large. The cache has 16 MiB:
     * each garbage collection copies the pages that stay in a larger one for seconds, which delayed one message of a
     * hundred.
     */
    private static String url(StorageConfig config) {
        if (!config.url().startsWith("jdbc:h2:")) return config.url();
        String url = H2File.url(config.url());
        return url.contains(";WRITE_DELAY=") ? url
                : url + ";WRITE_DELAY=0;RETENTION_TIME=500;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=64;CACHE_SIZE=16384";
    }

    private static Throwable root(Throwable e) {
        var root = e;
        while (root.getCause() != null) root = root.getCause();
        return root;
    }

    private static String reason(Throwable e) {
        String why = firstLine(root(e));
        if (why.contains("Locked by another process") || why.contains("locked"))
            return "another process has it open; is Martlet running already?";
        return why;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    private static void migrate(HikariDataSource pool) {
        Flyway.configure(Database.class.getClassLoader()).dataSource(pool).locations("classpath:db/migration").load()
                .migrate();
    }

    /** Reads with one statement, or with several that need no common snapshot. */
    public <T> T read(Function<DSLContext, T> work) {
        return translated(() -> work.apply(sql));
    }

    /** Reads with several statements that see the same snapshot. */
    public <T> T snapshot(Function<DSLContext, T> work) {
        return translated(() -> inTransaction(work));
    }

    /** Writes in one transaction; the data is on disk when this returns. */
    public <T> T write(Function<DSLContext, T> work) {
        return exclusively(() -> {
            T result = inTransaction(work);
            sync();
            return result;
        });
    }

    /** Writes data that may be lost when the machine loses power. */
    public <T> T note(Function<DSLContext, T> work) {
        return exclusively(() -> inTransaction(work));
    }

    /**
     * Runs work as the only writer to H2. A commit that meets another one may return before any of it is in the file,
     * and a SIGKILL then loses it. PostgreSQL orders its writers itself.
     */
    private <T> T exclusively(Supplier<T> work) {
        if (sql.dialect() != SQLDialect.H2) return translated(work);
        writing.lock();
        try {
            return translated(work);
        } finally {
            writing.unlock();
        }
    }

    private <T> T inTransaction(Function<DSLContext, T> work) {
        return sql.transactionResult(configuration -> work.apply(configuration.dsl()));
    }

    private static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException e) {
            throw new StorageException(firstLine(root(e)), e);
        }
    }

    /**
     * Forces committed data to disk. H2 writes a commit to its file and never forces the disk; PostgreSQL does that
     * itself.
     */
    private void sync() {
        if (sql.dialect() == SQLDialect.H2) sql.execute("checkpoint sync");
    }

    /** Returns the compaction of the file; empty unless the database is an H2 file. */
    Optional<H2Compaction> compaction() {
        return Optional.ofNullable(compaction);
    }

    @Override public void close() {
        try {
            if (compaction != null) compaction.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.close();
    }
}
