package im.martlet.storage.db;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements for many rows. jOOQ writes the SQL, but plain JDBC binds and reads the values: these are the hot
 * statements, where jOOQ's time shows (and jOOQ would have H2 make a LOB of every {@code byte[]}).
 */
public final class Rows {
    private Rows() {}

    /**
     * Executes a statement once for each row.
     *
     * @param statement the statement, with one parameter for each value of a row; its own values are ignored
     * @return the number of rows in the database that each execution changed
     */
    public static int[] run(DSLContext sql, Query statement, List<@Nullable Object[]> rows) {
        return sql.connectionResult(connection -> {
            try (var prepared = connection.prepareStatement(statement.getSQL())) {
                for (var row : rows) {
                    for (int i = 0; i < row.length; i++) bind(prepared, i + 1, row[i]);
                    prepared.addBatch();
                }
                return prepared.executeBatch();
            }
        });
    }

    /** Reads the current row of a result. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Executes a query; {@code text} has one parameter for each value. */
    public static <T> List<T> fetch(DSLContext sql, String text, Reader<T> reader, Object... values) {
        return sql.connectionResult(connection -> {
            try (var prepared = connection.prepareStatement(text)) {
                for (int i = 0; i < values.length; i++) bind(prepared, i + 1, values[i]);
                try (var result = prepared.executeQuery()) {
                    var rows = new ArrayList<T>();
                    while (result.next()) rows.add(reader.read(result));
                    return rows;
                }
            }
        });
    }

    private static void bind(PreparedStatement prepared, int at, @Nullable Object value) throws SQLException {
        switch (value) {
            case Long number -> prepared.setLong(at, number);
            case Integer number -> prepared.setInt(at, number);
            case Boolean yes -> prepared.setBoolean(at, yes);
            case byte[] bytes -> prepared.setBytes(at, bytes);
            case Instant moment -> prepared.setObject(at, moment.atOffset(ZoneOffset.UTC));
            case null -> prepared.setNull(at, java.sql.Types.NULL);
            default -> prepared.setString(at, value.toString());
        }
    }
}
