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
 * Makes the space in an H2 file available again while the server runs. Each commit writes the pages that it changes
 * anew, in a chunk of its own, and a chunk's space is free when nothing in it is needed any more; so a few pages that
 * nobody changes keep whole chunks. H2 would move them itself, on a thread that commits, too; here there is one writer
 * at a time. The emptier the chunks are the more of the time goes into moving: what is moved is garbage in memory
 * afterwards, and all wait for who collects that.
 */
final class H2Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(H2Compaction.class);
    private static final int ENOUGH = 50; // percent of what is in chunks that is needed
    private static final int AT_ONCE = 1 << 20; // bytes that are moved while everybody waits
    private static final long PAUSE_MILLIS = 1000; // longer than the pool takes a connection to be good without asking

    private final HikariDataSource pool;
    private final Lock writing;
    private final Thread thread;
    private volatile boolean closing;

    /** @param writing held by whoever writes */
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

    /** Moves some pages. @return how long the time belongs to others then, in ns; 0 when there is no more to do now */
    private long step() {
        try {
            var store = store();
            return store.isClosed() || isEnough(store) ? 0 : move(store) * ENOUGH / (ENOUGH - fill(store) + 1);
        } catch (SQLException | RuntimeException e) { // whatever it is, the file must not grow for ever
            LOG.debug("the embedded database is not compacted now", e); // when it fails for everybody, others say so
            return 0;
        }
    }

    private static int fill(MVStore store) { return Math.min(ENOUGH, store.getFileStore().getChunksFillRate()); }

    private static boolean isEnough(MVStore store) { return fill(store) == ENOUGH; }

    /** Whether there is nothing to do. */
    boolean isEnough() throws SQLException { return isEnough(store()); }

    /** Another one when H2 has closed its file and opened it again. */
    private MVStore store() throws SQLException {
        try (var connection = pool.getConnection()) {
            var store = ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase().getStore()
                    .getMvStore();
            if (store.isClosed()) pool.evictConnection(connection); // as when the disk is full: H2 opens its file again when nobody has a connection
            return store;
        }
    }

    /** @return how long others waited for it, in ns; 0 when there was nothing to move */
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

    /** Returns when it does nothing any more. */
    void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}
