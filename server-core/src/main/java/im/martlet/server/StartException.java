package im.martlet.server;

/** The server cannot start; the message is for the admin, the status for whoever started it. */
public final class StartException extends Exception {
    /** Why, as the exit status of the process. */
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
