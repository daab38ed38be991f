package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.session.Cause;
import im.martlet.session.Receipt;
import im.martlet.session.Commits;
import im.martlet.session.Directory;
import im.martlet.stanza.Stanza;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.function.Supplier;

/** Brings a stanza to whoever it is for (RFC 6120 §10). Any thread; returns at once. */
@Singleton
public final class Router {
    private final Hosts hosts;
    private final Directory directory;
    private final Supplier<Arrivals> arrivals; // what arrives may be answered, so the two need each other
    private final Supplier<Domains> domains;
    private final Commits commits;

    @Inject public Router(Hosts hosts, Directory directory, Provider<Arrivals> arrivals, Provider<Domains> domains, Commits commits) {
        this.commits = commits;
        this.hosts = hosts;
        this.directory = directory;
        this.arrivals = new Late<>(arrivals);
        this.domains = new Late<>(domains);
    }

    /** Routes a stanza of the server's own. */
    public void route(Stanza stanza) { route(stanza, Receipt.ofServer(commits)); }

    /**
     * Routes a stanza.
     *
     * @param stanza must have a recipient
     * @param cause the stanza that a client or another server sent
     */
    public void route(Stanza stanza, Cause cause) {
        Jid to = Objects.requireNonNull(stanza.to(), "a stanza without a recipient cannot be routed");
        if (to.hasLocal() && hosts.isLocal(to.domain())) directory.tell(to.bare(), cause, account -> arrivals.get().receive(account, stanza, cause));
        else domains.get().receive(stanza, cause);
    }
}
