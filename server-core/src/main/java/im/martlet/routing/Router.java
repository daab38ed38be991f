package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.session.AccountDirectory;
import im.martlet.session.JournalCommits;
import im.martlet.session.StanzaReceipt;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.function.Supplier;

/** Routes stanzas to their recipients (RFC 6120 §10). Any thread; returns at once. */
@Singleton
public final class Router {
    private final Hosts hosts;
    private final AccountDirectory directory;
    private final Supplier<LocalDelivery> local; // lazy, because delivery routes answers
    private final Supplier<DomainDelivery> domains;
    private final JournalCommits commits;

    @Inject public Router(Hosts hosts, AccountDirectory directory, Provider<LocalDelivery> local,
            Provider<DomainDelivery> domains, JournalCommits commits) {
        this.commits = commits;
        this.hosts = hosts;
        this.directory = directory;
        this.local = new LazyProvider<>(local);
        this.domains = new LazyProvider<>(domains);
    }

    /** Routes a stanza that the server itself sends. */
    public void route(Stanza stanza) {
        route(stanza, StanzaReceipt.ofServer(commits));
    }

    /**
     * Routes a stanza.
     *
     * @param stanza stanza with a recipient
     * @param transaction transaction of the stanza that caused this one, or of this one
     */
    public void route(Stanza stanza, StanzaTransaction transaction) {
        Jid to = Objects.requireNonNull(stanza.to(), "a stanza without a recipient cannot be routed");
        if (to.hasLocal() && hosts.isLocal(to.domain()))
            directory.tell(to.bare(), transaction, account -> local.get().receive(account, stanza, transaction));
        else domains.get().receive(stanza, transaction);
    }
}
