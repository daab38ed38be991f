package im.martlet.admin;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.account.AccountDeletion;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.storage.account.Accounts;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** The command that deletes an account. The account's contacts are told. */
final class DeleteCommand implements Extension {
    private final Accounts accounts;
    private final AccountDeletion deletion;

    @Inject DeleteCommand(Accounts accounts, AccountDeletion deletion) {
        this.accounts = accounts;
        this.deletion = deletion;
    }

    @Override public List<Hook> hooks() {
        return List.of(adminCommand(AdminCommand.of("user del", "Deletes an account and everything it owns",
                List.of("account"), this::delete)));
    }

    private Object delete(Arguments a) {
        var jid = a.account("account");
        if (accounts.find(jid).isEmpty()) throw new AdminException("there is no account " + jid);
        deletion.delete(jid).join();
        return Map.of("account", jid.toString());
    }
}
