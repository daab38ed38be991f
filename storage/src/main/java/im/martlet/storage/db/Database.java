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
    /** The database cannot be used; the message says what an admin can do about it. */
    public static final class UnusableException extends Exception {
        UnusableException(String message, Throwable cause) { super(message, cause); }
    }

    private final HikariDataSource pool;
    private final DSLContext sql;
    private final ReentrantLock writing = new ReentrantLock(true); // held by whoever writes to H2
    private final @Nullable H2Compaction compaction;

    private Database(HikariDataSource pool, SQLDialect dialect) {
        this.pool = pool;
        this.compaction = H2File.isUsedBy(pool.getJdbcUrl()) ? new H2Compaction(pool, writing) : null;
        this.sql = DSL.using(pool, dialect,
                new Settings().withRenderQuotedNames(RenderQuotedNames.NEVER).withRenderSchema(false)
                        .withExecuteLogging(false));
    }

    /** Opens a database and brings its schema up to date; makes it first, if it is a file that is not there. */
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
                            + "start that version, or restore a backup: " + firstLine(e),
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
            // a commit that is not on disk is no commit, whatever the database's default is; a URL may ask for more
            if (!config.url().contains("options=")) hikari.addDataSourceProperty("options", "-c synchronous_commit=on");
        } else {
            // when H2 cannot write (the disk is full) it closes its file, and opens it anew when every connection is closed;
            // but a connection says that it is valid without asking for the file, so it would never be replaced
            hikari.setConnectionTestQuery("call readonly()");
        }
        try {
            return new HikariDataSource(hikari);
        } catch (RuntimeException e) {
            throw new UnusableException("cannot open the database at " + config.url() + ": " + reason(e), e);
        }
    }

    /**
     * H2 writes a commit to its file before it says that it is done (by default it may wait half a second, which a
     * crash would lose), and so that it is found again; and leaves closing to us. For how long it leaves the space of
     * what is outdated alone is of no use then (see {@link H2Channel}), and under load would make the file a hundred
     * times as large. Its cache is of 16 MiB: pages that stay in it for seconds are copied by each collection, and one
     * message of a hundred waited for that.
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

    /** Reads: one statement, or several that need not be of one moment. */
    public <T> T read(Function<DSLContext, T> work) {
        return translated(() -> work.apply(sql));
    }

    /** Reads what must be of one moment. */
    public <T> T snapshot(Function<DSLContext, T> work) {
        return translated(() -> inTransaction(work));
    }

    /** Writes all of it or nothing; it is on disk when this returns. */
    public <T> T write(Function<DSLContext, T> work) {
        return alone(() -> {
            T result = inTransaction(work);
            sync();
            return result;
        });
    }

    /** Writes what may be lost when the machine loses power. */
    public <T> T note(Function<DSLContext, T> work) {
        return alone(() -> inTransaction(work));
    }

    /**
     * H2 is written to by one thread at a time: when a commit finds another under way, it may return before anything of
     * it is in the file, and a SIGKILL then loses it. PostgreSQL orders its writers itself.
     */
    private <T> T alone(Supplier<T> work) {
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
     * Makes sure that what was committed is on disk. H2 writes a commit to its file, and never forces the disk.
     * PostgreSQL needs no asking.
     */
    private void sync() {
        if (sql.dialect() == SQLDialect.H2) sql.execute("checkpoint sync");
    }

    /** What keeps the file small, if it is one of H2. */
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
