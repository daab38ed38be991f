package im.martlet.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoints of a domain's server in DNS (RFC 6120 §3.2, XEP-0368 §3). */
class ServerLookupTest {
    /** Records by {@code service domain} and addresses by host; null stands for a lookup that fails. */
    private static final class FakeDns implements DnsResolver {
        final Map<String, List<SrvRecord>> srv = new HashMap<>();
        final Map<String, List<InetAddress>> addresses = new HashMap<>();

        @Override public List<SrvRecord> srv(String service, String domain) throws LookupException {
            return get(srv, service + " " + domain);
        }

        @Override public List<InetAddress> addresses(String host) throws LookupException {
            return get(addresses, host);
        }

        private static <T> List<T> get(Map<String, List<T>> all, String name) throws LookupException {
            var records = all.getOrDefault(name, List.of());
            if (records == null) throw new LookupException("no answer", false);
            return records;
        }
    }

    private final FakeDns dns = new FakeDns();
    private final ServerLookup lookup = new ServerLookup(dns,
            () -> Map.of("inner.example", ServerEndpoint.parse("tls://10.0.0.1:5270")), () -> false);

    private SrvRecord srv(int priority, int weight, String target, boolean tls) {
        return new SrvRecord(priority, weight, 5269, target, tls);
    }

    @Test void bothServicesAreTriedTogetherByPriority() throws Exception {
        dns.srv.put("xmpp-server a.example", List.of(srv(10, 0, "first", false), srv(30, 0, "third", false)));
        dns.srv.put("xmpps-server a.example", List.of(srv(20, 0, "second", true)));
        assertThat(lookup.find("a.example")).extracting(ServerEndpoint::host).containsExactly("first", "second",
                "third");
        assertThat(lookup.find("a.example").get(1).tls()).isTrue();
    }

    @Test void withoutRecordsTheDomainItselfIsTried() throws Exception {
        assertThat(lookup.find("b.example")).containsExactly(new ServerEndpoint("b.example", 5269, false));
    }

    @Test void aDotAsTargetMeansThatThereIsNoServer() {
        dns.srv.put("xmpp-server c.example", List.of(srv(0, 0, "", false)));
        assertThatThrownBy(() -> lookup.find("c.example")).isInstanceOfSatisfying(LookupException.class,
                e -> assertThat(e.isForGood()).isTrue());
    }

    @Test void aDotForDirectTlsLeavesTheOtherService() throws Exception { // XEP-0368 §5
        dns.srv.put("xmpps-server d.example", List.of(srv(0, 0, "", true)));
        dns.srv.put("xmpp-server d.example", List.of(srv(0, 0, "host", false)));
        assertThat(lookup.find("d.example")).containsExactly(new ServerEndpoint("host", 5269, false));
    }

    @Test void aFailedLookupIsNotForGood() {
        dns.srv.put("xmpp-server e.example", null);
        assertThatThrownBy(() -> lookup.find("e.example")).isInstanceOfSatisfying(LookupException.class,
                e -> assertThat(e.isForGood()).isFalse());
    }

    @Test void aConfiguredRouteOverrulesDns() throws Exception {
        dns.srv.put("xmpp-server inner.example", List.of(srv(0, 0, "host", false)));
        assertThat(lookup.find("inner.example")).containsExactly(new ServerEndpoint("10.0.0.1", 5270, true));
    }

    @Test void anIpAddressAsDomainIsNotLookedUp() throws Exception {
        assertThat(lookup.addresses("some.example", lookup.find("9.9.9.7").getFirst()))
                .containsExactly(InetAddress.ofLiteral("9.9.9.7"));
        assertThat(lookup.addresses("some.example", lookup.find("[2a00:db8::7]").getFirst()))
                .containsExactly(InetAddress.ofLiteral("2a00:db8::7"));
    }

    @Test void onlySomeAddressesOfAnEndpointAreTried() throws Exception { // they may belong to others
        var many = new ArrayList<InetAddress>();
        for (int i = 0; i < 200; i++) many.add(InetAddress.ofLiteral("9.9.9." + i));
        dns.addresses.put("many.example", many);
        assertThat(lookup.addresses("many.example", new ServerEndpoint("many.example", 5269, false)))
                .isEqualTo(many.subList(0, 8));
    }

    @Test void aDomainIsLookedUpInAscii() throws Exception {
        dns.srv.put("xmpp-server xn--bcher-kva.example", List.of(srv(0, 0, "host", false)));
        assertThat(lookup.find("bücher.example").getFirst().host()).isEqualTo("host");
    }

    @ParameterizedTest(name = "a draw of {0} begins with {1}")
    @CsvSource({ "0, none", "1, one", "2, two", "3, two" }) void weightsDecideAmongEqualPriorities(int drawn,
            String first) { // RFC 2782: a draw of 0 chooses weight 0
        var all = List.of(srv(5, 2, "two", false), srv(5, 1, "one", false), srv(5, 0, "none", false),
                srv(9, 50, "last", false));
        var draws = new ArrayList<>(List.of(drawn));
        var ordered = SrvRecord.order(all, most -> draws.isEmpty() ? 0 : draws.removeFirst());
        assertThat(ordered.getFirst().target()).isEqualTo(first);
        assertThat(ordered.getLast().target()).isEqualTo("last");
        assertThat(ordered).hasSize(4);
    }

    @Test void ipv6AndIpv4AddressesTakeTurns() {
        assertThat(DnsjavaResolver.interleaved(List.of(InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("::2")),
                List.of(InetAddress.ofLiteral("10.0.0.1"))))
                .containsExactly(InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("10.0.0.1"),
                        InetAddress.ofLiteral("::2"));
    }
}
