package im.martlet.storage.db;

/**
 * Where the data is.
 *
 * @param url a JDBC URL, {@code jdbc:h2:...} or {@code jdbc:postgresql://...}
 * @param user may be empty
 * @param password may be empty
 * @param connections size of the connection pool, at least 1
 */
public record StorageConfig(String url, String user, String password, int connections) {
    @Override public String toString() { return "StorageConfig[" + url + "]"; } // the password stays out of logs
}
