package im.martlet.routing;

import im.martlet.config.Hosts;
import im.martlet.extension.Kernel;
import im.martlet.extension.Kernel.Installed;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which domains are ours: hosts, components, and services below hosts, in this order if two have one name. Any thread.
 */
public final class LocalDomains {
    private final Hosts hosts;
    private final ComponentRoutes components;
    private final LazyProvider<Kernel> kernel; // whose extensions may need to know

    @Inject public LocalDomains(Hosts hosts, ComponentRoutes components, Provider<Kernel> kernel) {
        this.hosts = hosts;
        this.components = components;
        this.kernel = new LazyProvider<>(kernel);
    }

    public boolean isHost(String domain) { return hosts.isLocal(domain); }

    /** Whether somebody here answers for a domain. */
    public boolean isLocal(String domain) {
        return isHost(domain) || isComponent(domain) || service(domain).isPresent();
    }

    public boolean isComponent(String domain) { return components.has(domain); }

    /** Who takes what is for a component's domain; empty when it is none. */
    Optional<ComponentRoutes> component(String domain) {
        return components.has(domain) ? Optional.of(components) : Optional.empty();
    }

    /** Hosts, and the domains of services below them. */
    public Stream<String> names() {
        return hosts.names().stream().flatMap(host -> Stream.concat(Stream.of(host),
                kernel.get().services().stream().map(s -> s.service().label() + "." + host)));
    }

    /** The service on a domain, if its first label is that of one and the rest is a host. */
    public Optional<Installed> service(String domain) {
        int dot = domain.indexOf('.');
        return dot > 0 && !isComponent(domain) && hosts.isLocal(domain.substring(dot + 1))
                ? kernel.get().service(domain.substring(0, dot)) : Optional.empty();
    }
}
