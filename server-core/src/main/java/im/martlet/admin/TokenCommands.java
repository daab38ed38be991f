package im.martlet.admin;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.account.SessionTermination;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Accounts.Account;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.account.LoginTokens.Client;
import im.martlet.storage.account.LoginTokens.Listed;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The commands for login tokens of clients (XEP-0484). */
final class TokenCommands implements Extension {
    private static final String ALL = "all";

    private final Accounts accounts;
    private final LoginTokens tokens;
    private final SessionTermination termination;

    @Inject TokenCommands(Accounts accounts, LoginTokens tokens, SessionTermination termination) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.termination = termination;
    }

    @Override public List<Hook> hooks() {
        return List.of(adminCommand(AdminCommand
                .of("user tokens", "Lists the login tokens of an account's clients, or revokes them",
                        List.of("account"), this::tokens)
                .withOptional("revoke")));
    }

    private Object tokens(Arguments a) {
        var jid = a.account("account");
        var account = accounts.find(jid).orElseThrow(() -> new AdminException("there is no account " + jid));
        return a.optional("revoke").map(client -> revoke(account, client))
                .orElseGet(() -> tokens.list(account.key()).stream().map(TokenCommands::row).toList());
    }

    /** Revokes tokens, and ends the sessions that logged in with them or may have done so. */
    private Object revoke(Account account, String client) {
        if (client.equals(ALL)) {
            var all = tokens.list(account.key()).stream().map(listed -> listed.client().id()).distinct().toList();
            tokens.revokeAll(account.key());
            end(account, c -> !c.id().isEmpty());
            return Map.of("revoked", all);
        }
        if (!tokens.revoke(account.key(), client)) throw new AdminException("no client of " + account.jid()
                + " with a token has the id '" + client + "'; see: user tokens " + account.jid());
        end(account, c -> c.id().equals(client));
        return Map.of("revoked", List.of(client));
    }

    private void end(Account account, Predicate<Client> which) {
        termination.expel(account.jid(), which,
                Condition.NOT_AUTHORIZED.because("the token of this client was revoked"));
    }

    private static Map<String, Object> row(Listed listed) {
        var row = new LinkedHashMap<String, Object>();
        row.put("id", listed.client().id());
        row.put("client", ClientDescriptions.named(listed.client()));
        row.put("mechanism", listed.token().made().mechanism());
        row.put("issued", listed.token().made().issued().toString());
        row.put("expires", listed.token().made().expires().toString());
        row.put("used", listed.token().used().map(Object::toString).orElse("not yet"));
        return row;
    }
}
