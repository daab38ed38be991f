package im.martlet.xml;

/** Input that a stream may not contain. The condition names the stream error that results (RFC 6120 §4.9.3). */
public final class XmlException extends Exception {
    /** The stream errors that XML alone can cause. */
    public enum Condition {
        NOT_WELL_FORMED, BAD_FORMAT, RESTRICTED_XML, UNSUPPORTED_ENCODING, BAD_NAMESPACE_PREFIX, POLICY_VIOLATION
    }

    private final Condition condition;

    /** @param reason the broken rule, in English, for the peer */
    public XmlException(Condition condition, String reason) {
        super(reason, null, false, false); // bad input is not a bug, so it gets no costly stack trace
        this.condition = condition;
    }

    public Condition condition() { return condition; }
}
