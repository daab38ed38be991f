package im.martlet.metrics;

import im.martlet.address.Jid;
import im.martlet.config.Hosts;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Response;
import im.martlet.http.Route;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.StorageException;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Answers {@code /health/live}, if the process runs, and {@code /health/ready}, if clients may connect and the database
 * works.
 */
public final class Health implements Extension {
    private final Accounts accounts;
    private final Hosts hosts;
    private volatile boolean stopping;

    @Inject Health(Accounts accounts, Hosts hosts) {
        this.accounts = accounts;
        this.hosts = hosts;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.route(Route.local("/health/live", _ -> Response.text(200, "alive"))),
                Hook.route(Route.local("/health/ready", this::ready)),
                new Hook.Background(() -> {}, () -> stopping = true));
    }

    private HttpReply ready(Request request) {
        if (stopping) return Response.text(503, "stopping");
        try {
            accounts.find(Jid.of("nobody", hosts.names().iterator().next(), "")); // any query checks the database
            return Response.text(200, "ready");
        } catch (StorageException e) {
            return Response.text(503, "the database does not answer");
        }
    }
}
