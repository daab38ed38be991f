package im.martlet.conformance.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/** A process that drives a real client. It reads one command a line, and writes its replies as lines. */
public record ScriptedClient(Process process, BufferedReader out) implements AutoCloseable {
    public ScriptedClient(Process process) { this(process, process.inputReader(StandardCharsets.UTF_8)); }

    public void tell(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Sends a command, and returns the next line of output. */
    public String ask(String command) throws IOException {
        tell(command);
        return String.valueOf(out.readLine());
    }

    /** Waits for a line, and skips all lines before it. */
    public void until(String line) throws IOException {
        var before = new ArrayList<String>();
        for (String next = out.readLine(); !line.equals(next); next = out.readLine()) {
            if (next == null) throw new AssertionError("ended before \"" + line + "\": " + String.join("\n", before));
            before.add(next);
        }
    }

    /** Closes the input, which ends the process; destroys it after 10 seconds. */
    @Override public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroy();
    }
}
