package im.martlet.auth;

/** Ends an exchange with a failure. */
final class SaslException extends Exception {
    private final SaslError error;

    SaslException(SaslError error) {
        super(error.elementName(), null, false, false);
        this.error = error;
    }

    SaslError error() { return error; }
}
