package im.martlet.stream;

import im.martlet.xml.XmlLimits;
import java.time.Duration;

/**
 * Bounds on one client's stream.
 *
 * @param toAuthenticate from the connection to a bound resource, whatever the client sends
 * @param idle silence after which the client is asked whether it is still there
 * @param patience how long it may take to answer that
 */
public record StreamLimits(Phase before, Phase after, Duration toAuthenticate, Duration idle, Duration patience) {
    /**
     * Bounds before or after authentication.
     *
     * @param bytesPerSecond that the client may send in the long run; 0 for any number
     * @param burst bytes it may send at once, over that
     * @param outbound bytes that may wait for a client that does not read
     */
    public record Phase(XmlLimits xml, long bytesPerSecond, long burst, long outbound) {}
}
