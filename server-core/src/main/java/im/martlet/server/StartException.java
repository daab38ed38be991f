package im.martlet.server;

/** The server cannot start. The message is for the admin; the status becomes the exit status of the process. */
public final class StartException extends Exception {
    /** The cause, with its exit status. */
    public enum Status {
        BAD_CONFIGURATION(2), PORT_IN_USE(3), DATABASE_UNUSABLE(4), BAD_CERTIFICATE(5), DATA_FOLDER(6);

        private final int code;

        Status(int code) { this.code = code; }

        public int code() { return code; }
    }

    private final Status status;

    StartException(Status status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public Status status() { return status; }
}
