package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extension.AdminException;
import im.martlet.routing.LocalDomains;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Finds the account or service that an admin names, and runs work for it on its mailbox. */
final class PubSubHosts {
    private static final int PATIENCE = 30; // seconds

    private final AccountDirectory directory;
    private final Mailboxes mailboxes;
    private final LocalDomains domains;
    private final AccountHosts accounts;
    private final Provider<PubSubService> service; // only asked if the service is installed

    @Inject PubSubHosts(AccountDirectory directory, Mailboxes mailboxes, LocalDomains domains, AccountHosts accounts,
            Provider<PubSubService> service) {
        this.directory = directory;
        this.mailboxes = mailboxes;
        this.domains = domains;
        this.accounts = accounts;
        this.service = service;
    }

    /** @throws AdminException if the address is neither an account nor a service, or the work takes too long */
    Object on(Jid address, Function<PubSubHost, Object> work) {
        var result = new CompletableFuture<Object>();
        if (address.hasLocal())
            directory.tell(address.bare(), Credit.UNLIMITED, account -> complete(result, future -> {
                if (account.key().isEmpty()) throw new AdminException("there is no account " + address);
                future.complete(work.apply(accounts.of(account)));
            }));
        else if (isService(address)) mailboxes.tell(address.host(), Credit.UNLIMITED, () -> complete(result,
                future -> future.complete(work.apply(service.get().host(address.domain())))));
        else throw new AdminException("'" + address + "' is neither an account nor a publish-subscribe service");
        return await(result);
    }

    private boolean isService(Jid address) {
        return domains.service(address.domain())
                .filter(s -> s.declared().identities().stream().anyMatch(i -> i.category().equals("pubsub")))
                .isPresent();
    }

    private static void complete(CompletableFuture<Object> result, Consumer<CompletableFuture<Object>> work) {
        try {
            work.accept(result);
        } catch (RuntimeException e) { // the waiting thread throws it
            result.completeExceptionally(e);
        }
    }

    private static Object await(CompletableFuture<Object> result) {
        try {
            return result.get(PATIENCE, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AdminException("the server is busy; try again");
        }
    }
}
