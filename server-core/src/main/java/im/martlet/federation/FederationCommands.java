package im.martlet.federation;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.config.Hosts;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.meter.Meter;
import im.martlet.stanza.StreamError.Condition;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands and the metric about remote servers, for admins. */
final class FederationCommands implements Extension {
    private final Provider<Federation> federation;
    private final Provider<Dialer> dialer;
    private final OpenServerStreams open;
    private final Hosts hosts;

    @Inject FederationCommands(Provider<Federation> federation, Provider<Dialer> dialer, OpenServerStreams open,
            Hosts hosts) {
        this.federation = federation;
        this.dialer = dialer;
        this.open = open;
        this.hosts = hosts;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                Hook.metric(new Meter("martlet_s2s_streams", "Streams with remote servers", Meter.Kind.GAUGE,
                        List.of("direction", "state"), this::countStreams)),
                adminCommand(AdminCommand.of("s2s list", "Lists the streams with remote servers", List.of(),
                        _ -> open.all().map(FederationCommands::row).toList())),
                adminCommand(
                        AdminCommand.of("s2s show", "Shows the streams with a domain and the stanzas that wait for it",
                                List.of("domain"), this::show)),
                adminCommand(
                        AdminCommand.of("s2s close",
                                "Ends the streams with a domain; waiting stanzas are sent over new ones",
                                List.of("domain"), this::close)),
                adminCommand(AdminCommand
                        .of("s2s test", "Tests the connection to a domain and shows each step", List.of("domain"),
                                this::test)
                        .withOptional("from")));
    }

    private List<Meter.Sample> countStreams() {
        var counted = new java.util.TreeMap<List<String>, Integer>(java.util.Comparator.comparing(List::toString));
        for (String direction : List.of("in", "out"))
            for (String state : List.of("opening", "verified")) counted.put(List.of(direction, state), 0);
        open.all().forEach(stream -> counted.merge(
                List.of(stream instanceof OutgoingStream ? "out" : "in", stream.isVerified() ? "verified" : "opening"),
                1, Integer::sum));
        return counted.entrySet().stream().map(e -> new Meter.Sample(e.getKey(), e.getValue())).toList();
    }

    private static Map<String, Object> row(ServerStream stream) {
        var row = new LinkedHashMap<String, Object>();
        boolean outgoing = stream instanceof OutgoingStream;
        row.put("local", stream.pair().local());
        row.put("remote", stream instanceof IncomingStream in && in.isVerified() ? String.join(", ", in.speaksFor())
                : stream.pair().remote());
        row.put("direction", (outgoing ? "out" : "in") + (stream.bidi ? " and back" : ""));
        row.put("verified", stream.verifiedBy);
        row.put("tls", stream.connection.tls());
        row.put("resends", stream.isManaged());
        row.put("address", stream.connection.remote().getAddress().getHostAddress());
        row.put("since", stream.connection.since().toString());
        return row;
    }

    private Object show(Arguments a) {
        var domain = domain(a);
        var row = new LinkedHashMap<String, Object>();
        row.put("streams", open.all().filter(s -> concerns(s, domain)).map(FederationCommands::row).toList());
        row.put("routes", federation.get().routes().filter(r -> r.pair().remote().equals(domain))
                .map(OutboundRoute::state).toList());
        return row;
    }

    private Object close(Arguments a) {
        var domain = domain(a);
        // a stream that is being built is left alone: it has nothing to lose but the stanzas that wait for it
        var all = open.all().filter(s -> concerns(s, domain) && s.isEstablished()).toList();
        all.forEach(s -> s.end(Condition.RESET.because("an admin of this server has ended this stream")));
        return Map.of("closed", all.size());
    }

    private static boolean concerns(ServerStream stream, String domain) {
        return stream.pair().remote().equals(domain) || stream.domains().contains(domain);
    }

    private Object test(Arguments a) {
        var domain = domain(a);
        var from = a.optional("from").map(_ -> a.address("from").domain())
                .orElseGet(() -> hosts.names().stream().sorted().findFirst().orElseThrow());
        if (!hosts.isLocal(from))
            throw new AdminException("'" + from + "' is not served here: 'from' must be a host of this server");
        var steps = new ArrayList<String>();
        var outcome = dialer.get().open(new DomainPair(from, domain), new OutgoingStream.Purpose.Stanzas(), steps::add);
        federation.get().refusal(new DomainPair(from, domain))
                .ifPresent(reason -> steps.add("policy: " + reason + "; see 'servers', 'allow' and 'deny' in [hosts]"));
        steps.add(switch (outcome) {
            case ConnectionOutcome.Ready(var stream) -> {
                stream.finish();
                yield "good: " + domain + " accepts stanzas from " + from + ", verified by " + stream.verifiedBy;
            }
            case ConnectionOutcome.Failed(_, var why, var advice) ->
                    "bad: " + why + (advice.isEmpty() ? "" : "; what to do: " + advice);
            case ConnectionOutcome.Verified _ ->
                    throw new IllegalStateException("the connection was not for a dialback key");
        });
        return Map.of("steps", steps);
    }

    private static String domain(Arguments a) {
        var address = a.address("domain");
        if (!address.equals(address.host())) throw new AdminException("'" + address + "' is not a domain");
        return address.domain();
    }
}
