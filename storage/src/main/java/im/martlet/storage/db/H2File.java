package im.martlet.storage.db;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A path to a database of H2 that a crash cannot harm: H2 opens it when the name of the database begins with the
 * scheme. What is in the file is what H2 itself would write, and can be opened without the scheme too. H2 makes these
 * objects; any thread.
 *
 * @see H2Channel
 */
public final class H2File extends FilePathWrapper {
    private static final String SCHEME = "martlet", URL = "jdbc:h2:", SUFFIX = ".mv.db";

    /** A path to nothing yet, as H2 wants it. */
    public H2File() {}

    @Override public String getScheme() { return SCHEME; }

    @Override public FileChannel open(String mode) throws IOException {
        var file = super.open(mode);
        return mode.equals("rw") && name.endsWith(SUFFIX) ? new H2Channel(file) : file;
    }

    /** The URL to use for one: another, if it is a database in a file. */
    static String url(String url) {
        String database = url.substring(URL.length());
        if (database.startsWith("mem:") || database.startsWith("tcp:") || database.startsWith("ssl:")) return url;
        FilePath.register(new H2File());
        return URL + SCHEME + ":" + (database.startsWith("file:") ? database.substring("file:".length()) : database);
    }

    /** Whether a URL is of a database that is opened through this. */
    static boolean isUsedBy(String url) {
        return url.startsWith(URL + SCHEME + ":");
    }

    /**
     * Makes the header name a chunk that comes after all that H2 finds in the file, before the place of any of them is
     * taken: H2 may have found one that was whole when the server was killed, but not in the header yet. A file that
     * cannot be opened is left to whoever opens it next, to say why.
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
            store.setStoreVersion(store.getStoreVersion()); // a change, for a chunk
            store.commit();
            store.sync();
        } finally {
            store.closeImmediately();
        }
    }
}
