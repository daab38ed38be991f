package im.martlet.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "user", description = "Accounts.", synopsisSubcommandLabel = "COMMAND")
final class UserGroup implements Runnable {
    @ParentCommand Martletctl ctl = new Martletctl();

    @Override public void run() { new CommandLine(this).usage(System.err); }

    @Command(name = "add",
            description = "Creates an account; asks for its password, or reads it from standard input.") int add(
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
                    description = "Begin behind this name.") @Nullable String after,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                    description = "At most so many (${DEFAULT-VALUE}).") int limit)
            throws AdminApiClient.FailedException {
        return ctl.ask("user list", Martletctl.given("host", host, "after", after, "limit", String.valueOf(limit)));
    }

    @Command(name = "info", description = "Shows an account.") int info(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user info", Map.of("account", account));
    }

    @Command(name = "tokens",
            description = "Lists the tokens that clients of an account log in with, or takes them away and ends the sessions of those clients.") int tokens(
                    @Parameters(paramLabel = "ACCOUNT") String account, @ArgGroup @Nullable Revoked revoked)
                    throws AdminApiClient.FailedException {
        return ctl.ask("user tokens", Martletctl.given("account", account, "revoke",
                revoked == null ? null : revoked.all ? "all" : revoked.id));
    }

    /** Which tokens to take away. */
    static final class Revoked {
        @Option(names = "--revoke", paramLabel = "ID", required = true,
                description = "Those of the client with this id.")
        @Nullable String id;
        @Option(names = "--all", required = true, description = "Those of all clients.") boolean all;
    }

    @Command(name = "disable", description = "Ends an account's sessions and keeps it from logging in.") int disable(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user disable", Map.of("account", account));
    }

    @Command(name = "enable", description = "Lets an account log in again.") int enable(
            @Parameters(paramLabel = "ACCOUNT") String account) throws AdminApiClient.FailedException {
        return ctl.ask("user enable", Map.of("account", account));
    }
}
