package im.martlet.extension;

/** A command that cannot be done as it was asked for; the message tells the admin why, and what to do. */
public final class AdminException extends RuntimeException {
    public AdminException(String message) { super(message, null, false, false); }
}
