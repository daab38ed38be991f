package im.martlet.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passwords come from a prompt or from standard input, never from the command line, where others could see them. */
final class PasswordPrompt {
    private PasswordPrompt() {}

    static String ask(String account) throws AdminApiClient.FailedException {
        var console = System.console();
        if (console == null || !console.isTerminal()) return readLine();
        char[] once = console.readPassword("Password for %s: ", account);
        char[] again = console.readPassword("The same again: ");
        if (once == null || !Arrays.equals(once, again))
            throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "the two are not the same; nothing was changed");
        return new String(once);
    }

    private static String readLine() throws AdminApiClient.FailedException {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "there is no password on standard input");
            return line;
        } catch (IOException e) {
            throw new AdminApiClient.FailedException(AdminApiClient.REFUSED,
                    "standard input cannot be read: " + e.getMessage());
        }
    }
}
