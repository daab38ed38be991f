package im.martlet.conformance.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/** A script that drives a client: it is told line by line what to do, and answers with lines. */
public record ScriptedClient(Process process, BufferedReader out) implements AutoCloseable {
    public ScriptedClient(Process process) { this(process, process.inputReader(StandardCharsets.UTF_8)); }

    public void tell(String what) throws IOException {
        process.getOutputStream().write((what + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Tells it something, and answers the next line. */
    public String ask(String what) throws IOException {
        tell(what);
        return String.valueOf(out.readLine());
    }

    /** Waits for a line; what comes before it is passed over. */
    public void until(String line) throws IOException {
        var before = new ArrayList<String>();
        for (String next = out.readLine(); !line.equals(next); next = out.readLine()) {
            if (next == null) throw new AssertionError("ended before \"" + line + "\": " + String.join("\n", before));
            before.add(next);
        }
    }

    /** It ends when it is told nothing more. */
    @Override public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroy();
    }
}
