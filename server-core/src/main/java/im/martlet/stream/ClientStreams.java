package im.martlet.stream;

import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.StreamFeature;
import im.martlet.net.Transport;
import im.martlet.xml.ElementParser;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Opens a stream on each new connection of a client.
 *
 * @param hosts domains that are served; asked again and again, as they come and go
 * @param features everything that can be negotiated or is advertised, in the order in which it is shown
 * @param limits asked for each new connection: they may change
 */
public record ClientStreams(Supplier<Set<String>> hosts, List<StreamFeature> features, SessionPort sessions,
        Provider<StreamLimits> limits,
        OpenClientStreams connections, ElementParser parser) {
    /** @param whenLoggedIn told once, when somebody has bound a resource on the connection */
    public void open(Transport transport, Runnable whenLoggedIn) {
        open(transport, StreamFormat::document, whenLoggedIn);
    }

    /** @param framing how the stream is cut up on this connection */
    public void open(Transport transport, StreamFormat.Kind framing, Runnable whenLoggedIn) {
        var stream = new ClientStream(transport, framing, this, whenLoggedIn);
        connections.add(stream);
        transport.handler(stream.handler());
    }
}
