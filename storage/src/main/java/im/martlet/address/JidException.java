package im.martlet.address;

/** Thrown for text that is not an XMPP address (RFC 7622); the message says which part is wrong and why. */
public final class JidException extends IllegalArgumentException {
    public JidException(String message) {
        super(message);
    }
}
