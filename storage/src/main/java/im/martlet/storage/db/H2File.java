package im.martlet.storage.db;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A path to an H2 database that a crash cannot harm; H2 uses it when the database's name begins with the scheme. The
 * file has H2's own format and can be opened without the scheme, too. H2 makes these objects; any thread.
 *
 * @see H2Channel
 */
public final class H2File extends FilePathWrapper {
    private static final String SCHEME = "martlet", URL = "jdbc:h2:", SUFFIX = ".mv.db";

    /** Makes an empty path, as H2 requires. */
    public H2File() {}

    @Override public String getScheme() { return SCHEME; }

    @Override public FileChannel open(String mode) throws IOException {
        var file = super.open(mode);
        return mode.equals("rw") && name.endsWith(SUFFIX) ? new H2Channel(file) : file;
    }

    /** Returns the URL to use in place of {@code url}; a different one only for a database in a file. */
    static String url(String url) {
        String database = url.substring(URL.length());
        if (database.startsWith("mem:") || database.startsWith("tcp:") || database.startsWith("ssl:")) return url;
        FilePath.register(new H2File());
        return URL + SCHEME + ":" + (database.startsWith("file:") ? database.substring("file:".length()) : database);
    }

    /** Tells whether the database of a URL is opened through this class. */
    static boolean isUsedBy(String url) {
        return url.startsWith(URL + SCHEME + ":");
    }

    /**
     * Appends a chunk and makes the header name it, before H2 can overwrite any chunk that it found in the file. H2 may
     * have found a chunk that was whole when the server was killed, but not in the header yet. Leaves a file that
     * cannot be opened alone: the next open reports the reason.
     */
    static void mend(String url) {
        if (!isUsedBy(url)) return;
        String path = url.substring(URL.length()).replaceFirst(";.*", "") + SUFFIX;
        if (!FilePath.get(path).exists()) return;
        try {
            append(new MVStore.Builder().fileName(path).autoCommitDisabled().open());
        } catch (MVStoreException e) {
            return;
        }
    }

    private static void append(MVStore store) {
        try {
            store.setReuseSpace(false);
            store.setRetentionTime(Integer.MAX_VALUE);
            store.setStoreVersion(store.getStoreVersion()); // a change, so that the commit writes a chunk
            store.commit();
            store.sync();
        } finally {
            store.closeImmediately();
        }
    }
}
