package im.martlet.net;

import java.net.IDN;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates in use, by host. They can be replaced while the server runs; connections that are open keep theirs.
 */
public final class HostCertificates {
    private volatile Map<String, HostCertificate> byHost = Map.of();

    /** Puts certificates into use for all new connections, in place of all others. */
    public void use(Map<String, HostCertificate> certificates) {
        var prepared = new HashMap<String, HostCertificate>();
        certificates.forEach((host, certificate) -> prepared.put(ascii(host), certificate));
        byHost = Map.copyOf(prepared);
    }

    /** The certificate of a host, also for the domains of services below it. */
    public Optional<HostCertificate> of(String domain) {
        String name = ascii(domain);
        var known = byHost;
        var own = known.get(name);
        return Optional.ofNullable(own != null ? own : known.get(name.substring(name.indexOf('.') + 1)));
    }

    private static String ascii(String host) {
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return host.toLowerCase(Locale.ROOT);
        }
    }
}
