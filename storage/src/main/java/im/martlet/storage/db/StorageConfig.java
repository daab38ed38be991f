package im.martlet.storage.db;

/**
 * The settings of the database.
 *
 * @param url a JDBC URL, {@code jdbc:h2:...} or {@code jdbc:postgresql://...}
 * @param user the database user; may be empty
 * @param password the password; may be empty
 * @param connections the size of the connection pool, at least 1
 */
public record StorageConfig(String url, String user, String password, int connections) {
    @Override public String toString() { return "StorageConfig[" + url + "]"; } // keep the password out of logs
}
