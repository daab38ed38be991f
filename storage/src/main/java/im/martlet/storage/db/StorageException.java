package im.martlet.storage.db;

/** Thrown when the database failed or could not be reached. The caller may try again later. */
public final class StorageException extends RuntimeException {
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
