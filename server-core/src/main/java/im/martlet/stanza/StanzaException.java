package im.martlet.stanza;

/** Thrown by whoever handles a stanza, to answer it with an error. The answer is made in one place. */
public final class StanzaException extends RuntimeException {
    private final StanzaError error;

    public StanzaException(StanzaError error) {
        super(error.condition() + (error.text().isEmpty() ? "" : ": " + error.text()), null, false, false);
        this.error = error;
    }

    public static StanzaException badRequest(String why) {
        return new StanzaException(StanzaError.Condition.BAD_REQUEST.because(why));
    }

    public StanzaError error() { return error; }
}
