package im.martlet.stream;

import im.martlet.xml.XmlLimits;
import java.time.Duration;

/**
 * The limits of one client's stream.
 *
 * @param before the limits before authentication
 * @param after the limits after authentication
 * @param toAuthenticate the longest time from the connection to a bound resource
 * @param idle the silence after which the server pings the client
 * @param patience the longest time until the client replies to the ping
 */
public record StreamLimits(Phase before, Phase after, Duration toAuthenticate, Duration idle, Duration patience) {
    /**
     * The limits before or after authentication.
     *
     * @param xml the limits of one element
     * @param bytesPerSecond the bytes a second that the client may send in the long run; 0 for no limit
     * @param burst the bytes that the client may send at once, beyond that rate
     * @param outbound the bytes that may wait for a client that does not read
     */
    public record Phase(XmlLimits xml, long bytesPerSecond, long burst, long outbound) {}
}
