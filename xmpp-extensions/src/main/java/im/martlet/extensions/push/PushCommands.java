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

/** Commands that show an admin the push services of an account and their notifications. */
final class PushCommands {
    private final Accounts accounts;
    private final PushServices services;
    private final Outbox outbox;
    private final PushServicePublisher publisher;
    private final PushTrace trace;

    @Inject PushCommands(Accounts accounts, PushServices services, Outbox outbox,
            PushServicePublisher publisher, PushTrace trace) {
        this.accounts = accounts;
        this.services = services;
        this.outbox = outbox;
        this.publisher = publisher;
        this.trace = trace;
    }

    List<Hook> hooks() {
        var account = List.of("account");
        return List.of(
                adminCommand(AdminCommand.of("push list",
                        "Lists the push services of an account, with their state", account,
                        a -> services(a).stream().map(this::row).toList())),
                adminCommand(
                        AdminCommand.of("push test",
                                "Sends a test notification to each push service of an account, and shows the replies",
                                account, a -> services(a).stream().map(this::test).toList())),
                adminCommand(AdminCommand.of("push trace",
                        "Shows the results of an account's latest notifications, with reasons", account, this::trace)));
    }

    private Accounts.Account account(Arguments a) {
        var jid = a.account("account");
        return accounts.find(jid).orElseThrow(() -> new AdminException("there is no account " + jid));
    }

    private List<Service> services(Arguments a) { return services.list(account(a).key()); }

    private Map<String, Object> named(Service service) {
        var row = new LinkedHashMap<String, Object>();
        row.put("service", service.registration().service().toString());
        row.put("node", service.registration().node());
        row.put("device", service.registration().device());
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
        var reply = publisher.publish(service, "test-" + RandomIds.next(),
                new Notification(false, 1, Optional.empty(), Optional.empty()));
        trace.note(service.owner(), "test at " + service.registration().service() + ": " + reply);
        var row = named(service);
        row.put("answer", reply.toString());
        return row;
    }

    private Object trace(Arguments a) {
        return trace.of(account(a).jid()).stream().map(e -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("when", e.when().toString());
            row.put("what", e.text());
            return row;
        }).toList();
    }
}
