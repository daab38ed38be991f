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
 * @param hosts the served domains; read again for each use, because a reload may change them
 * @param features all stream features, in the order in which they are advertised
 * @param sessions the account layer, which binds and resumes sessions
 * @param limits the limits of a new stream; read for each connection, because a reload may change them
 * @param streams the open streams, to which each new one is added
 * @param parser the parser that all streams share
 */
public record ClientStreams(Supplier<Set<String>> hosts, List<StreamFeature> features, SessionPort sessions,
        Provider<StreamLimits> limits,
        OpenClientStreams streams, ElementParser parser) {
    /**
     * Opens a stream over TCP.
     *
     * @param whenLoggedIn called once, when the client has a session
     */
    public void open(Transport transport, Runnable whenLoggedIn) {
        open(transport, StreamFormat::document, whenLoggedIn);
    }

    /**
     * Opens a stream.
     *
     * @param format the format of the stream on this connection
     * @param whenLoggedIn called once, when the client has a session
     */
    public void open(Transport transport, StreamFormat.Kind format, Runnable whenLoggedIn) {
        var stream = new ClientStream(transport, format, this, whenLoggedIn);
        streams.add(stream);
        transport.handler(stream.handler());
    }
}
