package im.martlet.admin;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.account.SessionTermination;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Session;
import im.martlet.stanza.StreamError.Condition;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The commands for sessions. */
final class SessionCommands implements Extension {
    private final AccountDirectory directory;
    private final SessionTermination termination;

    @Inject SessionCommands(AccountDirectory directory, SessionTermination termination) {
        this.directory = directory;
        this.termination = termination;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                adminCommand(AdminCommand.of("session list", "Lists the sessions", List.of(), this::list)
                        .withOptional("account")),
                adminCommand(AdminCommand.of("session kick", "Ends one session, or all sessions of an account",
                        List.of("address"), this::kick).withOptional("reason")));
    }

    private Object list(Arguments a) {
        var account = a.optional("account").map(_ -> a.account("account"));
        return sessions().filter(s -> account.isEmpty() || s.account().jid().equals(account.get()))
                .map(SessionCommands::row).toList();
    }

    private Object kick(Arguments a) {
        var address = a.address("address");
        var ended = sessions().filter(s -> address.equals(address.isFull() ? s.jid() : s.account().jid())).toList();
        if (ended.isEmpty()) throw new AdminException(address + " has no session: see 'session list'");
        for (Session s : ended) termination.expel(s,
                Condition.POLICY_VIOLATION.because(a.optional("reason").orElse("an admin has ended this session")));
        return Map.of("ended", ended.stream().map(s -> s.jid().toString()).toList());
    }

    private Stream<Session> sessions() { return directory.live().flatMap(account -> account.sessions().stream()); }

    private static Map<String, Object> row(Session session) {
        var details = session.link().details();
        var row = new LinkedHashMap<String, Object>();
        row.put("session", session.jid().toString());
        row.put("connected", session.isAttached());
        row.put("address", details.remote().getAddress().getHostAddress());
        row.put("since", details.since().toString());
        row.put("tls", details.tls());
        row.put("login", details.mechanism());
        row.put("client", ClientDescriptions.named(details.client()));
        return row;
    }
}
