package im.martlet.stream;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Xep;
import jakarta.inject.Inject;
import java.util.List;

/** What every client negotiates: TLS, SASL, a resource (RFC 6120 §5, §6, §7). */
@Xep(number = 440, title = "SASL Channel-Binding Type Capability", version = "1.0.0")
@Xep(number = 474, title = "SASL SCRAM Downgrade Protection", version = "0.5.0")
@Xep(number = 368, title = "SRV records for XMPP over TLS", version = "1.1.0")
public final class Negotiation implements Extension {
    private final Sasl sasl;

    @Inject Negotiation(Sasl sasl) { this.sasl = sasl; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.negotiable(new StartTls()), Hook.negotiable(sasl), Hook.negotiable(new Bind()));
    }
}
