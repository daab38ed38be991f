package im.martlet.extensions.bytestreams;

import static im.martlet.extension.Hook.To.SERVICE;
import static im.martlet.extension.Hook.adminCommand;
import static im.martlet.extension.Hook.onGet;
import static im.martlet.extension.Hook.onSet;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.digest.Sha;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Query;
import im.martlet.extension.SessionEvent;
import im.martlet.meter.Meter;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** XEP-0065: a proxy that carries bytes between clients that cannot reach each other, for users of the host. */
@Xep(number = 65, title = "SOCKS5 Bytestreams", version = "1.8.2", note = "the proxy; TCP only")
public final class Bytestreams implements Extension {
    private static final String NS = "http://jabber.org/protocol/bytestreams";
    private static final int LONGEST_SID = 1024; // characters

    private final Supplier<ProxySettings> settings;
    private final BytestreamRelay relay;
    private volatile int port; // of the listener

    @Inject Bytestreams(Supplier<ProxySettings> settings, BytestreamRelay relay) {
        this.settings = settings;
        this.relay = relay;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().isServed()) return List.of();
        return List.of(new Hook.Service(settings.get().label(), Jid::host,
                List.of(Hook.identity(SERVICE, "proxy", "bytestreams", "File transfer relay"), Hook.serviceFeature(NS),
                        onGet(SERVICE, NS, "query", this::address), onSet(SERVICE, NS, "query", this::activate))),
                new Hook.TcpListener("SOCKS5", settings.get().listen(),
                        bound -> port = bound.stream().findFirst().map(InetSocketAddress::getPort).orElse(0),
                        relay::serve),
                new Hook.Background(relay::start, relay::close),
                new Hook.DeletionListener(relay::end),
                Hook.onSession(this::endStreamsOfDisabled),
                adminCommand(AdminCommand.of("proxy list", "Lists the streams that the proxy carries between clients",
                        List.of(), _ -> list())),
                adminCommand(AdminCommand.of("proxy close", "Ends the streams that an account has begun",
                        List.of("account"), a -> close(a.account("account")))),
                Hook.metric(Meter.gauges("martlet_bytestreams_connections", "Connections to the proxy", "state",
                        () -> Map.of("waiting", relay.waiting(), "carrying", 2 * relay.streams().size()))),
                Hook.metric(Meter.counter("martlet_bytestreams", "Streams that have begun", relay::begun)),
                Hook.metric(
                        Meter.counter("martlet_bytestreams_bytes", "Bytes carried between clients", relay::carried)));
    }

    /** Ends the streams of an account when it is disabled. */
    private void endStreamsOfDisabled(SessionEvent event) {
        if (event instanceof SessionEvent.Closed(var session) && !session.account().isEnabled())
            relay.end(session.account().jid());
    }

    private static String host(Query query) {
        var domain = query.iq().to().domain();
        return domain.substring(domain.indexOf('.') + 1);
    }

    /** Rejects requests from users that may not use the proxy (§4). */
    private void admit(Query query) {
        var user = query.iq().from();
        if (!user.hasLocal() || !user.domain().equals(host(query)) && !settings.get().domains().contains(user.domain()))
            throw new StanzaException(
                    Condition.FORBIDDEN.because("only users of " + host(query) + " may use this proxy"));
    }

    private Iq.Response address(Query query) {
        admit(query);
        var now = settings.get();
        return query.result(Element.of(NS, "query")
                .with(Element.of(NS, "streamhost").with("jid", query.iq().to())
                        .with("host", now.address().isEmpty() ? host(query) : now.address())
                        .with("port", now.port() == 0 ? port : now.port())));
    }

    /** Begins a stream at the request of its requester (§6.3.5). */
    private Iq.Response activate(Query query) {
        admit(query);
        var request = query.element();
        var sid = request.attribute("sid").filter(id -> !id.isEmpty() && id.length() <= LONGEST_SID)
                .orElseThrow(() -> StanzaException
                        .badRequest("a stream needs a 'sid' of at most " + LONGEST_SID + " characters"));
        var target = target(request);
        if (request.attribute("mode").filter(mode -> !mode.equals("tcp")).isPresent())
            throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.because("this proxy supports TCP only"));
        relay.begin(hash(sid, query.iq().from(), target), query.iq().from(), target);
        return query.result();
    }

    private static Jid target(Element request) {
        try {
            return Jid.parse(request.childText("activate")
                    .orElseThrow(() -> StanzaException.badRequest("the request needs an <activate/>"))
                    .strip());
        } catch (JidException e) {
            throw StanzaException.badRequest("<activate/> must hold the address of the target: " + e.getMessage());
        }
    }

    /** Returns the name of a stream in SOCKS5 (§6.3.2). The stream's id makes it secret. */
    static String hash(String sid, Jid requester, Jid target) {
        return Sha.SHA_1.hex(sid + requester + target);
    }

    private Object list() {
        long now = System.nanoTime();
        return relay.streams().stream().map(stream -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("requester", stream.requester().toString());
            row.put("target", stream.target().toString());
            row.put("bytes", stream.bytes());
            row.put("seconds", Duration.ofNanos(stream.age(now)).toSeconds());
            row.put("idle_seconds", Duration.ofNanos(stream.idle(now)).toSeconds());
            return row;
        }).toList();
    }

    private Object close(Jid account) {
        int closed = relay.end(account);
        if (closed == 0) throw new AdminException(account + " has begun no stream that is still open");
        return Map.of("closed", closed);
    }
}
