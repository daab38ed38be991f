package im.martlet.extensions.push;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Hook;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.log.Outbox;
import im.martlet.storage.push.PushServices;
import im.martlet.storage.push.PushServices.Service;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is notified of what an account misses, as an admin sees it. */
final class PushCommands {
    private final Accounts accounts;
    private final PushServices services;
    private final Outbox outbox;
    private final PushServicePublisher sender;
    private final PushTrace trace;

    @Inject PushCommands(Accounts accounts, PushServices services, Outbox outbox, PushServicePublisher sender,
            PushTrace trace) {
        this.accounts = accounts;
        this.services = services;
        this.outbox = outbox;
        this.sender = sender;
        this.trace = trace;
    }

    List<Hook> hooks() {
        var account = List.of("account");
        return List.of(
                adminCommand(AdminCommand.of("push list",
                        "Lists the services that notify an account's devices, and how that goes", account,
                        a -> services(a).stream().map(this::row).toList())),
                adminCommand(
                        AdminCommand.of("push test", "Sends a notification to each of them, and says what they answer",
                                account, a -> services(a).stream().map(this::test).toList())),
                adminCommand(AdminCommand.of("push trace",
                        "Shows what happened to the last notifications of an account", account, this::trace)));
    }

    private Accounts.Account account(Arguments a) {
        var jid = a.account("account");
        return accounts.find(jid).orElseThrow(() -> new AdminException("there is no account " + jid));
    }

    private List<Service> services(Arguments a) { return services.list(account(a).key()); }

    private Map<String, Object> named(Service service) {
        var row = new LinkedHashMap<String, Object>();
        row.put("service", service.wish().service().toString());
        row.put("node", service.wish().node());
        row.put("device", service.wish().device());
        return row;
    }

    private Map<String, Object> row(Service service) {
        var row = named(service);
        var health = service.health();
        row.put("enabled", service.enabled().toString());
        row.put("state", service.isDisabled(Instant.now()) ? "disabled until " + health.disabledUntil().orElseThrow()
                : health.failingSince().map(since -> "failing since " + since).orElse("good"));
        row.put("problem", health.problem());
        row.put("waiting", outbox.count(NotificationPolicy.OUTBOX, service.id()));
        return row;
    }

    private Map<String, Object> test(Service service) {
        var answer = sender.publish(service, "test-" + RandomIds.next(),
                new Notification(false, 1, Optional.empty(), Optional.empty()));
        trace.note(service.owner(), "test at " + service.wish().service() + ": " + answer);
        var row = named(service);
        row.put("answer", answer.toString());
        return row;
    }

    private Object trace(Arguments a) {
        return trace.of(account(a).jid()).stream().map(e -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("when", e.when().toString());
            row.put("what", e.what());
            return row;
        }).toList();
    }
}
