package im.martlet.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "user", description = "Manages accounts.", synopsisSubcommandLabel = "COMMAND")
final class UserGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "add",
            description = "Creates an account. The password comes from a prompt or from standard input.") int add(
                    @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user add", Map.of("account", account, "password", PasswordPrompt.ask(account)));
    }

    @Command(name = "passwd", description = "Sets an account's password, and ends its sessions.") int passwd(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user passwd", Map.of("account", account, "password", PasswordPrompt.ask(account)));
    }

    @Command(name = "del", description = "Deletes an account and everything it owns.") int del(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user del", Map.of("account", account));
    }

    @Command(name = "list", description = "Lists accounts.") int list(
            @Parameters(paramLabel = "HOST", arity = "0..1") @Nullable String host,
            @Option(names = "--after", paramLabel = "NAME",
                    description = "Lists the accounts after this name.") @Nullable String after,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                    description = "The largest number for each host (default: ${DEFAULT-VALUE}).") int limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("user list", Martletctl.given("host", host, "after", after, "limit", String.valueOf(limit)));
    }

    @Command(name = "info", description = "Shows an account.") int info(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user info", Map.of("account", account));
    }

    @Command(name = "tokens",
            description = { "Lists the login tokens of an account's clients, or revokes them.",
                    "To revoke a token also ends the sessions of its client." }) int tokens(
                            @Parameters(paramLabel = "ACCOUNT") String account,
                            @ArgGroup @Nullable Revocation revocation)
                            throws AdminApiClient.FailedException {
        return ctl.ask("user tokens", Martletctl.given("account", account, "revoke",
                revocation == null ? null : revocation.all ? "all" : revocation.id));
    }

    /** The tokens to revoke. */
    static final class Revocation {
        @Option(names = "--revoke", paramLabel = "ID", required = true,
                description = "Revokes the tokens of the client with this id.")
        @Nullable String id;
        @Option(names = "--all", required = true, description = "Revokes the tokens of all clients.") boolean all;
    }

    @Command(name = "disable", description = "Ends an account's sessions and forbids it to log in.") int disable(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user disable", Map.of("account", account));
    }

    @Command(name = "enable", description = "Allows an account to log in again.") int enable(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user enable", Map.of("account", account));
    }
}
