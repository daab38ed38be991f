package im.martlet.routing;

import im.martlet.config.Hosts;
import im.martlet.extension.Kernel;
import im.martlet.extension.Kernel.Installed;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Knows the local domains: hosts, components, and services below hosts. If two have the same name, the first in this
 * order counts. Any thread.
 */
public final class LocalDomains {
    private final Hosts hosts;
    private final ComponentRoutes components;
    private final LazyProvider<Kernel> kernel; // lazy, because extensions may need this class

    @Inject public LocalDomains(Hosts hosts, ComponentRoutes components, Provider<Kernel> kernel) {
        this.hosts = hosts;
        this.components = components;
        this.kernel = new LazyProvider<>(kernel);
    }

    /** Returns whether a domain, prepared, is a host. */
    public boolean isHost(String domain) {
        return hosts.isLocal(domain);
    }

    /** Returns whether a domain, prepared, is a host, a component or a service. */
    public boolean isLocal(String domain) {
        return isHost(domain) || isComponent(domain) || service(domain).isPresent();
    }

    /** Returns whether a domain, prepared, belongs to a component, connected or not. */
    public boolean isComponent(String domain) {
        return components.has(domain);
    }

    /** Returns the way to components if a domain belongs to one. */
    Optional<ComponentRoutes> component(String domain) {
        return components.has(domain) ? Optional.of(components) : Optional.empty();
    }

    /** Returns the hosts, and the domains of the services below them. */
    public Stream<String> names() {
        return hosts.names().stream().flatMap(host -> Stream.concat(Stream.of(host),
                kernel.get().services().stream().map(s -> s.service().label() + "." + host)));
    }

    /** Returns the service of a domain: its first label is that of a service and the rest is a host. */
    public Optional<Installed> service(String domain) {
        int dot = domain.indexOf('.');
        return dot > 0 && !isComponent(domain) && hosts.isLocal(domain.substring(dot + 1))
                ? kernel.get().service(domain.substring(0, dot)) : Optional.empty();
    }
}
