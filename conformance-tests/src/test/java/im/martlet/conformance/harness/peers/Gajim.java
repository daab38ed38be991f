package im.martlet.conformance.harness.peers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The client Gajim on a virtual screen, with its own home folder. The script gajim.py has its tasks. */
public record Gajim(Process process, Path home) implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/resources/clients/gajim.py").toAbsolutePath();

    public static void needed() throws Exception {
        for (String program : List.of("gajim", "xvfb-run", "xdotool", "scrot", "dbus-run-session"))
            assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0,
                    program + " is not installed; see .ci/run");
    }

    public static Gajim start(LocalServer server, Jid account, String task, String argument) throws Exception {
        var home = Files.createTempDirectory("gajim");
        var certificate = home.resolve("server.pem");
        Files.copy(server.data().resolve("certificates/localhost.crt"), certificate);
        Files.copy(SCRIPT, home.resolve("gajim.py"));
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) { // Gajim refuses to run as root
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
            if (new ProcessBuilder("sh", "-c", "chmod 755 " + home + "; chown -R nobody " + home).start().waitFor()
                    != 0)
                throw new IOException("cannot give " + home + " away");
        }
        command.addAll(List.of("xvfb-run", "-a", "-s", "-screen 0 1200x800x24", "dbus-run-session", "--",
                "/usr/bin/python3", home.resolve("gajim.py").toString(), home.toString()));
        command.addAll(
                List.of(String.valueOf(server.port()), account.toString(), certificate.toString(), task, argument));
        var builder =
                new ProcessBuilder(command).directory(home.toFile()).redirectError(home.resolve("errors").toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PASSWORD", LocalServer.PASSWORD);
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        return new Gajim(builder.start(), home);
    }

    public boolean isAlive() { return process.isAlive(); }

    /** Returns the output of the ended process, or "" while it runs. */
    public String output() throws IOException {
        return isAlive() ? ""
                : new String(process.getInputStream().readAllBytes()) + Files.readString(home.resolve("errors"));
    }

    @Override public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
        new ProcessBuilder("rm", "-rf", home.toString()).start().onExit().join();
    }
}
