package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import java.net.IDN;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;

/**
 * Finds out whether a certificate is for a domain (RFC 6120 §13.7.1.2, RFC 9525). Reads dNSName, SRVName and xmppAddr
 * in its alternative names, as ASN.1. The name of the subject does not count.
 */
public final class CertificateNames {
    private static final String XMPP_ADDR = "1.3.6.1.5.5.7.8.5";
    private static final String DNS_SRV = "1.3.6.1.5.5.7.8.7";
    private static final String SERVICE = "_xmpp-server.";
    private static final int MOST_NAMES = 500;

    private CertificateNames() {}

    /** Returns whether a certificate names a domain, prepared. An unreadable certificate names none. */
    public static boolean name(X509Certificate certificate, String domain) {
        try {
            byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
            if (extension == null) return false;
            var names = GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets()).getNames();
            if (names.length > MOST_NAMES) return false;
            var ascii = ascii(domain);
            for (GeneralName name : names) if (isFor(name, domain, ascii)) return true;
            return false;
        } catch (RuntimeException unreadable) { // Bouncy Castle throws several kinds
            return false;
        }
    }

    private static boolean isFor(GeneralName name, String domain, Optional<String> ascii) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName ->
                    ascii.filter(a -> matches(ASN1IA5String.getInstance(name.getName()).getString(), a)).isPresent();
            case GeneralName.otherName -> {
                var other = OtherName.getInstance(name.getName());
                yield switch (other.getTypeID().getId()) {
                    case XMPP_ADDR -> isAddress(ASN1UTF8String.getInstance(other.getValue()).getString(), domain);
                    case DNS_SRV -> ascii.filter(
                            a -> ASN1IA5String.getInstance(other.getValue()).getString().equalsIgnoreCase(SERVICE + a))
                            .isPresent();
                    default -> false;
                };
            }
            default -> false;
        };
    }

    /** Compares names (RFC 9525 §6.3). A "*" stands for the whole first label; at least two labels must follow it. */
    static boolean matches(String pattern, String domain) {
        String p = pattern.toLowerCase(Locale.ROOT);
        if (!p.startsWith("*.")) return p.equals(domain);
        String rest = p.substring(1);
        return rest.indexOf('.', 1) > 0 && rest.indexOf('*') < 0 && domain.indexOf('.') > 0
                && domain.substring(domain.indexOf('.')).equals(rest);
    }

    private static boolean isAddress(String text, String domain) {
        try {
            var address = Jid.parse(text);
            return address.equals(address.host()) && address.domain().equals(domain);
        } catch (JidException e) {
            return false;
        }
    }

    /** Returns the ASCII form of DNS and certificates; empty for an IP address, which dNSName must not hold. */
    private static Optional<String> ascii(String domain) {
        try {
            String ascii = IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return ascii.matches("[a-z0-9._-]*[a-z_-][a-z0-9._-]*") ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
