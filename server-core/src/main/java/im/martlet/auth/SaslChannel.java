package im.martlet.auth;

import im.martlet.net.Transport.ChannelBinding;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a client is connected, as far as authentication cares. Used by one thread at a time. */
public final class SaslChannel {
    private final boolean secure;
    private final InetAddress remote;
    private final Function<ChannelBinding, Optional<byte[]>> bindings;
    private final Predicate<ChannelBinding> has;
    private @Nullable List<ChannelBinding> types; // it costs something to find them out

    public SaslChannel(boolean secure, InetAddress remote, Function<ChannelBinding, Optional<byte[]>> bindings) {
        this(secure, remote, type -> bindings.apply(type).isPresent(), bindings);
    }

    /** @param has whether there is data of a type, for whoever knows that without it */
    public SaslChannel(boolean secure, InetAddress remote, Predicate<ChannelBinding> has,
            Function<ChannelBinding, Optional<byte[]>> bindings) {
        this.secure = secure;
        this.remote = remote;
        this.has = has;
        this.bindings = bindings;
    }

    /** Whether there is TLS. */
    public boolean secure() { return secure; }

    public InetAddress remote() { return remote; }

    /** Data that binds to the channel; empty when it has none of that type. */
    public Optional<byte[]> binding(ChannelBinding type) {
        return bindings.apply(type);
    }

    /** The types that it has; none without TLS. */
    public List<ChannelBinding> types() {
        if (!secure) return List.of();
        if (types == null) types = Arrays.stream(ChannelBinding.values()).filter(has).toList();
        return types;
    }
}
