package im.martlet.net;

import java.net.IDN;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates in use, by host. A reload may replace them. Open connections keep theirs. Any thread.
 */
public final class HostCertificates {
    private volatile Map<String, HostCertificate> byHost = Map.of();

    /** Replaces all certificates, for new connections. */
    public void use(Map<String, HostCertificate> certificates) {
        var prepared = new HashMap<String, HostCertificate>();
        certificates.forEach((host, certificate) -> prepared.put(ascii(host), certificate));
        byHost = Map.copyOf(prepared);
    }

    /** Returns the certificate of a host. A service domain below a host gets the certificate of the host. */
    public Optional<HostCertificate> of(String domain) {
        String name = ascii(domain);
        var certificates = byHost;
        var own = certificates.get(name);
        return Optional.ofNullable(own != null ? own : certificates.get(name.substring(name.indexOf('.') + 1)));
    }

    private static String ascii(String host) {
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return host.toLowerCase(Locale.ROOT);
        }
    }
}
