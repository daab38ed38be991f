package im.martlet.stream;

import im.martlet.auth.Authenticator;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.meter.Meter;
import im.martlet.net.TlsSettings;
import im.martlet.spec.Xep;
import jakarta.inject.Inject;
import java.util.List;

/** The stream features of every client: TLS, SASL and resource binding (RFC 6120 §5, §6, §7), with their metrics. */
@Xep(number = 440, title = "SASL Channel-Binding Type Capability", version = "1.0.0")
@Xep(number = 474, title = "SASL SCRAM Downgrade Protection", version = "0.5.0")
@Xep(number = 368, title = "SRV records for XMPP over TLS", version = "1.1.0")
public final class ClientNegotiation implements Extension {
    private final Sasl sasl;
    private final Authenticator authenticator;
    private final OpenClientStreams streams;
    private final TlsSettings tls;

    @Inject ClientNegotiation(Sasl sasl, Authenticator authenticator, OpenClientStreams streams, TlsSettings tls) {
        this.sasl = sasl;
        this.authenticator = authenticator;
        this.streams = streams;
        this.tls = tls;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.streamFeature(new StartTls()), Hook.streamFeature(sasl), Hook.streamFeature(new Bind()),
                Hook.metric(
                        Meter.gauges("martlet_connections", "Connections of clients", "state", streams::census)),
                Hook.metric(authenticator.logins().meter("martlet_logins", "Completed login attempts",
                        "mechanism", "result")),
                Hook.metric(new Meter("martlet_tls_handshakes", "Completed TLS handshakes of incoming connections",
                        Meter.Kind.COUNTER, List.of("version"),
                        () -> tls.handshakes().entrySet().stream()
                                .map(e -> new Meter.Sample(List.of(e.getKey()), e.getValue().sum())).toList())));
    }
}
