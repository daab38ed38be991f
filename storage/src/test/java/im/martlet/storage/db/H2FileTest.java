package im.martlet.storage.db;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.storage.db.RecordedFile.Change;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Simulates a kill at every moment of writing to H2. The file then holds some of its writes, and perhaps the beginning
 * of one more. Each such file must contain all committed data.
 */
class H2FileTest {
    /** One writer and no pause before space is reused: minutes of a server's file accesses fit into a few commits. */
    private static final String SETTINGS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=0";
    private static final int LIVES = 4, COMMITS = 15, BLOCK = 4096;

    @TempDir Path folder;
    private final Random random = new Random(4);

    @BeforeAll static void registerRecorder() { FilePath.register(new RecordedFile()); }

    @Test void committedDataSurvivesAKillAtAnyMoment() throws Exception {
        assertThat(lost(H2File::url)).isEmpty();
    }

    /**
     * Checks that the test above proves something: otherwise H2 may no longer need {@link H2File}, or the test misses
     * the moments that count.
     */
    @Test void plainH2LosesSomeCommittedData() throws Exception {
        assertThat(lost(url -> url)).isNotEmpty();
    }

    /** Runs and kills a process several times on one file; returns the lost commits with their moments. */
    private List<String> lost(UnaryOperator<String> url) throws Exception {
        var lost = new ArrayList<String>();
        byte[] file = {};
        long promised = 0;
        for (int life = 0; life < LIVES; life++) {
            var path = Files.createDirectory(folder.resolve("life" + life)).resolve("db");
            if (file.length > 0) Files.write(mv(path), file);
            var changes = RecordedFile.of(mv(path).toString());
            live(url.apply("jdbc:h2:" + RecordedFile.SCHEME + ":" + path + SETTINGS), changes, life % 2 == 0);
            int end = end(changes, life);
            byte[] after = file;
            long committed = promised;
            for (int i = 0; i < changes.size(); i++) {
                var change = changes.get(i);
                String moment = "life " + life + ", change " + i;
                if (change instanceof Change.Write(byte[] bytes, long at) && bytes.length > BLOCK) {
                    var begun = new Change.Write(
                            Arrays.copyOf(bytes, BLOCK * (1 + random.nextInt(bytes.length / BLOCK - 1))), at);
                    check(url, RecordedFile.after(after, begun), committed, moment + ", begun", lost);
                }
                if (change instanceof Change.Committed(long number)) committed = number;
                after = RecordedFile.after(after, change);
                check(url, after, committed, moment, lost);
                if (i != end) continue;
                file = older(after);
                promised = committed;
            }
        }
        return lost;
    }

    /**
     * Returns the end of a run: sometimes a clean end, otherwise behind a chunk, where most depends on the chunks that
     * H2 finds.
     */
    private int end(List<Change> changes, int life) {
        if (life % 2 == 0) return changes.size() - 1;
        var chunks = IntStream.range(0, changes.size())
                .filter(i -> changes.get(i) instanceof Change.Write(byte[] bytes, long at) && at >= 2 * BLOCK)
                .toArray();
        return chunks[random.nextInt(chunks.length)];
    }

    /** Makes the file look a minute older, as if it was reopened a minute later. */
    private static byte[] older(byte[] file) {
        for (int at = 0; at < 2 * BLOCK; at += BLOCK) {
            int copy = at;
            H2Header.parse(ByteBuffer.wrap(file, copy, BLOCK)).ifPresent(header -> {
                var fields = new HashMap<>(header.fields());
                fields.compute("created", (name, made) -> Long.toHexString(Long.parseLong(made, 16) - 60_000));
                new H2Header(fields).bytes().get(file, copy, BLOCK);
            });
        }
        return file;
    }

    private void live(String url, List<Change> changes, boolean close) throws SQLException {
        H2File.mend(url);
        try (var connection = DriverManager.getConnection(url); var sql = connection.createStatement()) {
            sql.execute("create table if not exists message (id bigint primary key, who varchar(50), data varbinary)");
            sql.execute("create table if not exists newest (only boolean primary key, id bigint)");
            long id = newest(connection);
            connection.setAutoCommit(false);
            for (int i = 0; i < COMMITS; i++) {
                id = insert(connection, id);
                sql.execute("merge into newest values (true, " + id + ")");
                if (random.nextInt(5) == 0) sql.execute("delete from message where id < " + (id - 50));
                connection.commit();
                sql.execute("checkpoint sync");
                changes.add(new Change.Committed(id));
            }
            sql.execute(close ? "shutdown" : "shutdown immediately");
        } catch (SQLException e) {
            if (!closed(e)) throw e;
        }
    }

    private long insert(Connection connection, long after) throws SQLException {
        long id = after;
        try (var insert = connection.prepareStatement("insert into message values (?, ?, ?)")) {
            for (int n = 1 + random.nextInt(12); n > 0; n--) {
                insert.setLong(1, ++id);
                insert.setString(2, "u" + random.nextInt(100));
                insert.setBytes(3, new byte[200 + random.nextInt(600)]);
                insert.execute();
            }
        }
        return id;
    }

    /** Returns the last committed number; 0 if there is none. */
    private static long newest(Connection connection) throws SQLException {
        try (var result = connection.createStatement()
                .executeQuery("select coalesce(max(id), 0), coalesce((select id from newest), 0) from message")) {
            result.next();
            assertThat(result.getLong(1)).as("both numbers belong to one commit").isEqualTo(result.getLong(2));
            return result.getLong(1);
        }
    }

    private void check(UnaryOperator<String> wrapped, byte[] file, long committed, String moment, List<String> lost)
            throws Exception {
        var path = folder.resolve("check").resolve("db");
        Files.createDirectories(path.getParent());
        Files.write(mv(path), file);
        if (committed == 0) return; // in the first run, before the tables exist
        String url = wrapped.apply("jdbc:h2:" + path + SETTINGS);
        H2File.mend(url);
        try (var connection = DriverManager.getConnection(url)) {
            long found = newest(connection);
            if (found < committed) lost.add(moment + ": " + found + " of " + committed);
            connection.createStatement().execute("shutdown immediately");
        } catch (SQLException e) {
            if (!closed(e)) throw e;
        }
    }

    private static boolean closed(SQLException e) { return e.getErrorCode() == 90098 || e.getErrorCode() == 90121; }

    private static Path mv(Path database) { return Path.of(database + ".mv.db"); }
}
