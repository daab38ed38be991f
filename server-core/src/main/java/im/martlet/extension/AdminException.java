package im.martlet.extension;

/** Refuses an admin's command. The message tells the admin the reason and the remedy. */
public final class AdminException extends RuntimeException {
    public AdminException(String message) { super(message, null, false, false); }
}
