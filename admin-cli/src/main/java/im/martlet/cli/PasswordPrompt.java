package im.martlet.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads passwords from a prompt or from standard input. The command line would not do: other users of the machine can
 * see it.
 */
final class PasswordPrompt {
    private PasswordPrompt() {}

    static String ask(String account) throws AdminApiClient.FailedException {
        var console = System.console();
        if (console == null || !console.isTerminal()) return readLine();
        char[] once = console.readPassword("Password for %s: ", account);
        char[] again = console.readPassword("Repeat the password: ");
        if (once == null || !Arrays.equals(once, again))
            throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "the two passwords differ, so nothing was changed: try again");
        return new String(once);
    }

    private static String readLine() throws AdminApiClient.FailedException {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "standard input has no password: give it as the first line");
            return line;
        } catch (IOException e) {
            throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "standard input cannot be read: " + e.getMessage());
        }
    }
}
