package im.martlet.storage.db;

/** The database failed or could not be reached. Whoever asked may ask again later. */
public final class StorageException extends RuntimeException {
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
