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

/** Finds the place that an admin means, and does something there, on its mailbox. */
final class PubSubHosts {
    private static final int PATIENCE = 30; // seconds

    private final AccountDirectory directory;
    private final Mailboxes mailboxes;
    private final LocalDomains domains;
    private final Pep pep;
    private final Provider<PubSubService> service; // which is asked when it is there

    @Inject PubSubHosts(AccountDirectory directory, Mailboxes mailboxes, LocalDomains domains, Pep pep,
            Provider<PubSubService> service) {
        this.directory = directory;
        this.mailboxes = mailboxes;
        this.domains = domains;
        this.pep = pep;
        this.service = service;
    }

    /** @throws AdminException when there is no such place */
    Object on(Jid at, Function<PubSubHost, Object> work) {
        var done = new CompletableFuture<Object>();
        if (at.hasLocal()) directory.tell(at.bare(), Credit.UNLIMITED, account -> complete(done, d -> {
            if (account.key().isEmpty()) throw new AdminException("there is no account " + at);
            d.complete(work.apply(pep.of(account)));
        }));
        else if (isService(at)) mailboxes.tell(at.host(), Credit.UNLIMITED,
                () -> complete(done, d -> d.complete(work.apply(service.get().at(at.domain())))));
        else throw new AdminException("'" + at + "' is neither an account nor a publish-subscribe service");
        return await(done);
    }

    private boolean isService(Jid at) {
        return domains.service(at.domain())
                .filter(s -> s.declared().identities().stream().anyMatch(i -> i.category().equals("pubsub")))
                .isPresent();
    }

    private static void complete(CompletableFuture<Object> done, Consumer<CompletableFuture<Object>> work) {
        try {
            work.accept(done);
        } catch (RuntimeException e) { // it is for whoever waits
            done.completeExceptionally(e);
        }
    }

    private static Object await(CompletableFuture<Object> done) {
        try {
            return done.get(PATIENCE, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException why) throw why;
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AdminException("the server is busy; try again");
        }
    }
}
