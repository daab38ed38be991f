package im.martlet.conformance.harness;

import im.martlet.server.Server;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes the commands that start servers in their own processes. When the tests run on jars, as in {@code mvn verify},
 * they first make an AOT cache with one rehearsal ({@code bin/martlet}). Servers then start in half the time.
 */
public final class ServerJvm {
    private static final List<String> OPTIONS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData", "-Xlog:aot=off", "-Xlog:cds=off",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    private static final String CLASSES = System.getProperty("java.class.path");
    private static final int PATIENCE = 300; // seconds, for the rehearsal

    private ServerJvm() {}

    private static final class Rehearsed {
        private static final List<String> JARS =
                Arrays.stream(CLASSES.split(File.pathSeparator)).filter(entry -> entry.endsWith(".jar")).toList();
        private static final Optional<Path> CACHE = rehearse();

        private static Optional<Path> rehearse() {
            if (Files.isDirectory(Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().getPath())))
                return Optional.empty();
            try {
                Path cache = Files.createTempDirectory("learned").resolve("martlet.aot");
                var rehearsal =
                        new ProcessBuilder(command(List.of("-XX:AOTCacheOutput=" + cache), JARS, List.of("rehearse")))
                                .redirectErrorStream(true)
                                .redirectOutput(cache.resolveSibling("output").toFile()).start();
                if (!rehearsal.waitFor(PATIENCE, TimeUnit.SECONDS) || !Files.exists(cache))
                    throw new AssertionError(
                            "the rehearsal failed: " + Files.readString(cache.resolveSibling("output")));
                for (Path path : List.of(cache.getParent(), cache, cache.resolveSibling("output")))
                    path.toFile().deleteOnExit(); // deleted in reverse order
                return Optional.of(cache);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Returns the command that starts a server.
     *
     * @param options options of the JVM
     */
    public static List<String> martlet(List<String> options, String... arguments) {
        return Rehearsed.CACHE
                .map(cache -> command(with(options, "-XX:AOTCache=" + cache), Rehearsed.JARS, List.of(arguments)))
                .orElseGet(() -> command(options, List.of(CLASSES), List.of(arguments)));
    }

    /** Returns the command that starts a server with more classes. */
    public static List<String> martletWith(Path classes, List<String> options, String... arguments) {
        return command(options, List.of(classes.toString(), CLASSES), List.of(arguments));
    }

    private static List<String> with(List<String> options, String one) {
        var all = new ArrayList<>(options);
        all.add(one);
        return all;
    }

    private static List<String> command(List<String> options, List<String> classes, List<String> arguments) {
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(OPTIONS);
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classes), "im.martlet.server.Main"));
        command.addAll(arguments);
        return command;
    }
}
