package im.martlet.auth;

import java.util.Locale;

/** The conditions of a SASL failure (RFC 6120 §6.5). */
public enum SaslError {
    ABORTED, ACCOUNT_DISABLED, CREDENTIALS_EXPIRED, ENCRYPTION_REQUIRED, INCORRECT_ENCODING, INVALID_AUTHZID,
    INVALID_MECHANISM,
    MALFORMED_REQUEST, MECHANISM_TOO_WEAK, NOT_AUTHORIZED, TEMPORARY_AUTH_FAILURE;

    private final String elementName = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String elementName() { return elementName; }
}
