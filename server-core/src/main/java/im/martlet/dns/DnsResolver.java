package im.martlet.dns;

import java.net.InetAddress;
import java.util.List;

/** Asks the domain name system. Names are in ASCII. Calls block. */
public interface DnsResolver {
    /** Returns the SRV records of {@code _service._tcp.domain}; an empty list if there are none. */
    List<SrvRecord> srv(String service, String domain) throws LookupException;

    /** Returns the IPv6 and IPv4 addresses of a host, in the order to try them (RFC 8305 §4); may be empty. */
    List<InetAddress> addresses(String host) throws LookupException;
}
