package im.martlet.admin;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.account.SessionTermination;
import im.martlet.address.Jid;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Hosts;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.session.AccountDirectory;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Accounts.Account;
import im.martlet.storage.log.LastSeen;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands for accounts. */
final class UserCommands implements Extension {
    private final Accounts accounts;
    private final PasswordHasher passwords;
    private final Hosts hosts;
    private final AccountDirectory directory;
    private final LastSeen lastSeen;
    private final SessionTermination termination;

    @Inject UserCommands(Accounts accounts, PasswordHasher passwords, Hosts hosts, AccountDirectory directory,
            LastSeen lastSeen, SessionTermination termination) {
        this.termination = termination;
        this.accounts = accounts;
        this.passwords = passwords;
        this.hosts = hosts;
        this.directory = directory;
        this.lastSeen = lastSeen;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                adminCommand(
                        AdminCommand.of("user add", "Creates an account", List.of("account", "password"), this::add)),
                adminCommand(AdminCommand.of("user passwd", "Sets an account's password",
                        List.of("account", "password"), this::passwd)),
                adminCommand(AdminCommand.of("user list", "Lists accounts", List.of(), this::list).withOptional("host")
                        .withOptional("after").withOptional("limit")),
                adminCommand(AdminCommand.of("user info", "Shows an account", List.of("account"), this::info)),
                adminCommand(AdminCommand.of("user disable", "Ends an account's sessions and forbids it to log in",
                        List.of("account"),
                        a -> enable(a, false))),
                adminCommand(AdminCommand.of("user enable", "Allows an account to log in again", List.of("account"),
                        a -> enable(a, true))));
    }

    private Object add(Arguments a) {
        var jid = a.account("account");
        if (!hosts.isLocal(jid.domain())) throw new AdminException(
                "'" + jid.domain() + "' is not a host of this server; its hosts are "
                        + String.join(", ", hosts.names()));
        return accounts.create(jid, verifiers(a))
                .map(made -> Map.of("account", made.jid().toString(), "created", made.created().toString()))
                .orElseThrow(() -> new AdminException("there is an account " + jid + " already"));
    }

    private List<Accounts.Verifier> verifiers(Arguments a) {
        try {
            return passwords.verifiers(a.text("password"));
        } catch (IllegalArgumentException e) {
            throw new AdminException(String.valueOf(e.getMessage()));
        }
    }

    private Object passwd(Arguments a) {
        var account = existing(a);
        accounts.setVerifiers(account.key(), verifiers(a));
        endSessions(account.jid(), "the password was changed"); // clients must log in again with the new one
        return Map.of("account", account.jid().toString());
    }

    private Object enable(Arguments a, boolean enabled) {
        var account = existing(a);
        accounts.setEnabled(account.key(), enabled);
        if (!enabled) endSessions(account.jid(), "the account was disabled");
        return Map.of("account", account.jid().toString(), "enabled", enabled);
    }

    private Object list(Arguments a) {
        var wantedHosts = a.optional("host").map(List::of).orElseGet(() -> hosts.names().stream().sorted().toList());
        return wantedHosts.stream()
                .flatMap(host -> accounts.list(host, a.optional("after").orElse(""), a.number("limit", 100)).stream())
                .map(this::row).toList();
    }

    private Object info(Arguments a) {
        var account = existing(a);
        var row = row(account);
        lastSeen.of(account.key()).ifPresent(seen -> row.put("last_seen", seen.at().toString()));
        return row;
    }

    private Map<String, Object> row(Account account) {
        var row = new LinkedHashMap<String, Object>();
        row.put("account", account.jid().toString());
        row.put("enabled", account.enabled());
        row.put("created", account.created().toString());
        row.put("sessions", directory.live().filter(live -> live.jid().equals(account.jid()))
                .mapToInt(live -> live.sessions().size()).sum());
        return row;
    }

    private Account existing(Arguments a) {
        var jid = a.account("account");
        return accounts.find(jid).orElseThrow(() -> new AdminException("there is no account " + jid));
    }

    private void endSessions(Jid jid, String why) { termination.expel(jid, Condition.NOT_AUTHORIZED.because(why)); }
}
