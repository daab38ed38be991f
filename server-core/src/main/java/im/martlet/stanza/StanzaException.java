package im.martlet.stanza;

/** Makes the server answer a stanza with an error. {@code routing.ErrorReplies} creates that answer. */
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
