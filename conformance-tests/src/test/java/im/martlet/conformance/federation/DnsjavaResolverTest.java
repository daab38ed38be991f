package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.dns.DnsjavaResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queries that the resolver sends to DNS, and its cache. */
class DnsjavaResolverTest {
    @Test void answersAndMissingRecordsAreCachedForTheirTimeToLive() throws Exception { // RFC 2308
        try (var dns = new LoopbackDns()) {
            dns.lasting(3600).server("a.example", "xmpp-server", 0, 5269);
            var records =
                    new DnsjavaResolver(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), dns.port())),
                            Duration.ofSeconds(20));
            int queries = 0;
            for (int i = 0; i < 3; i++) {
                assertThat(records.srv("xmpp-server", "a.example")).hasSize(1);
                assertThat(records.addresses("host.a.example")).containsExactly(InetAddress.ofLiteral("127.0.0.1"));
                assertThat(records.srv("xmpp-server", "nowhere.example")).isEmpty();
                assertThat(records.addresses("nowhere.example")).isEmpty();
                if (i == 0) queries = dns.asked();
            }
            assertThat(dns.asked()).isEqualTo(queries);
        }
    }
}
