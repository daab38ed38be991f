package im.martlet.xml;

/** Input that a stream may not carry. {@code condition} names the stream error (RFC 6120 §4.9.3) it deserves. */
public final class XmlException extends Exception {
    /** The stream errors that XML alone can earn. */
    public enum Condition {
        NOT_WELL_FORMED, BAD_FORMAT, RESTRICTED_XML, UNSUPPORTED_ENCODING, BAD_NAMESPACE_PREFIX, POLICY_VIOLATION
    }

    private final Condition condition;

    public XmlException(Condition condition, String why) {
        super(why, null, false, false); // bad input is not a bug: no stack trace to pay for
        this.condition = condition;
    }

    public Condition condition() { return condition; }
}
