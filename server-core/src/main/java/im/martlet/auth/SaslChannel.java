package im.martlet.auth;

import im.martlet.net.Transport.ChannelBinding;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The properties of a client's connection that authentication needs. One thread at a time. */
public final class SaslChannel {
    private final boolean secure;
    private final InetAddress remote;
    private final Function<ChannelBinding, Optional<byte[]>> bindings;
    private final Predicate<ChannelBinding> has;
    private @Nullable List<ChannelBinding> types; // null until needed, because finding them is not free

    public SaslChannel(boolean secure, InetAddress remote, Function<ChannelBinding, Optional<byte[]>> bindings) {
        this(secure, remote, type -> bindings.apply(type).isPresent(), bindings);
    }

    /** @param has returns whether the channel has data of a type, without computing the data */
    public SaslChannel(boolean secure, InetAddress remote, Predicate<ChannelBinding> has,
            Function<ChannelBinding, Optional<byte[]>> bindings) {
        this.secure = secure;
        this.remote = remote;
        this.has = has;
        this.bindings = bindings;
    }

    /** Returns whether the connection has TLS. */
    public boolean secure() { return secure; }

    public InetAddress remote() { return remote; }

    /** Returns the channel binding data; empty if the channel has none of that type. */
    public Optional<byte[]> binding(ChannelBinding type) {
        return bindings.apply(type);
    }

    /** Returns the types of channel binding that the channel has; none without TLS. */
    public List<ChannelBinding> types() {
        if (!secure) return List.of();
        if (types == null) types = Arrays.stream(ChannelBinding.values()).filter(has).toList();
        return types;
    }
}
