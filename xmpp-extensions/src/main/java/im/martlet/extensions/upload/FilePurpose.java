package im.martlet.extensions.upload;

import java.util.Locale;

/** The purpose of a file (XEP-0363 §5). */
enum FilePurpose {
    MESSAGE, PROFILE, EPHEMERAL;

    static final String NS = "urn:xmpp:http:upload:purpose:0";

    String word() { return name().toLowerCase(Locale.ROOT); }

    String feature() { return NS + "#" + word(); }
}
