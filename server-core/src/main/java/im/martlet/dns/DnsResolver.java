package im.martlet.dns;

import java.net.InetAddress;
import java.util.List;

/** What the domain name system says. Names are in ASCII. Calls block. */
public interface DnsResolver {
    /** SRV records of {@code _service._tcp.domain}; none when there are none. */
    List<SrvRecord> srv(String service, String domain) throws LookupException;

    /** Addresses of a host, both kinds, in the order to try them (RFC 8305 §4); none when there are none. */
    List<InetAddress> addresses(String host) throws LookupException;
}
