package im.martlet.auth;

import im.martlet.net.Transport;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;

/** How a client is connected, as far as authentication cares. */
public record Channel(boolean secure, InetAddress remote, Function<Transport.ChannelBinding, Optional<byte[]>> bindings) {
    public Optional<byte[]> binding(Transport.ChannelBinding type) { return bindings.apply(type); }
}
