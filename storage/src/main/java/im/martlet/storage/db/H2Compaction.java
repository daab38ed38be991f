package im.martlet.storage.db;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees unused space in an H2 file while the server runs. Each commit writes its changed pages again in a new chunk,
 * and a chunk's space is free only when no page in it is needed. So a few pages that never change keep whole chunks. H2
 * would move them on a thread that also commits, but here there must be one writer at a time. Moving emptier chunks
 * takes a larger share of the time: moved pages become garbage in memory, and its collection delays all threads.
 */
final class H2Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(H2Compaction.class);
    private static final int ENOUGH = 50; // percent of the data in chunks that is still needed
    private static final int AT_ONCE = 1 << 20; // bytes to move while all writers wait
    private static final long PAUSE_MILLIS = 1000; // longer than the pool trusts a connection without a test

    private final HikariDataSource pool;
    private final Lock writing;
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Starts the compaction thread.
     *
     * @param writing the lock that every writer holds
     */
    H2Compaction(HikariDataSource pool, Lock writing) {
        this.pool = pool;
        this.writing = writing;
        this.thread = Thread.ofPlatform().daemon().name("compaction").start(this::work);
    }

    private void work() {
        try {
            while (!closing) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                for (long pause = step(); !closing && pause > 0; pause = step()) TimeUnit.NANOSECONDS.sleep(pause);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Moves some pages.
     *
     * @return the pause until the next step, in ns; 0 when there is no more to do now
     */
    private long step() {
        try {
            var store = store();
            return store.isClosed() || isEnough(store) ? 0 : move(store) * ENOUGH / (ENOUGH - fill(store) + 1);
        } catch (SQLException | RuntimeException e) { // after any failure: the file must not grow for ever
            LOG.debug("the embedded database is not compacted now", e); // a failing database is logged elsewhere
            return 0;
        }
    }

    private static int fill(MVStore store) { return Math.min(ENOUGH, store.getFileStore().getChunksFillRate()); }

    private static boolean isEnough(MVStore store) { return fill(store) == ENOUGH; }

    /** Tells whether there is nothing to compact. */
    boolean isEnough() throws SQLException {
        return isEnough(store());
    }

    /** Returns the current store; H2 makes a new one when it has closed its file and opened it again. */
    private MVStore store() throws SQLException {
        try (var connection = pool.getConnection()) {
            var store = ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase().getStore()
                    .getMvStore();
            // as when the disk is full: H2 opens its file again when all connections are closed
            if (store.isClosed()) pool.evictConnection(connection);
            return store;
        }
    }

    /**
     * Moves pages under the write lock.
     *
     * @return the time that other writers waited, in ns; 0 when there was nothing to move
     */
    private long move(MVStore store) {
        writing.lock();
        long began = System.nanoTime();
        try {
            boolean moved = store.compact(ENOUGH, AT_ONCE);
            if (moved) store.commit();
            return moved ? System.nanoTime() - began : 0;
        } finally {
            writing.unlock();
        }
    }

    /** Stops the thread and waits until it has ended. */
    void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
