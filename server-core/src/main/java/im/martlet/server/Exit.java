package im.martlet.server;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;

/**
 * How a process ends whose JVM was told to write down what it learned ({@code -XX:AOTCacheOutput}), which it does however it
 * ends, in ten seconds and many words. There is nothing to learn from a slip in the configuration, so the C library ends such a
 * process, which asks the JVM nothing; and who stops a server need not read the words.
 */
final class Exit {
    private static final int WRITE_ONLY = 1;

    private Exit() {}

    private static boolean learns() { return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().anyMatch(a -> a.startsWith("-XX:AOTCacheOutput")); }

    /** Ends a process that has served nobody. */
    static void unlearned(int status) {
        if (learns()) {
            System.out.flush();
            System.err.flush();
            try {
                function("_exit", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)).invokeExact(status);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
        System.exit(status);
    }

    /** What is said from here on is said to nobody. */
    static void silently() {
        if (!learns()) return;
        System.out.println("Writing down what makes the next start quick; this takes some seconds.");
        var redirect = function("dup2", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            var open = function("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Linker.Option.firstVariadicArg(2));
            int nowhere = (int) open.invokeExact(arena.allocateFrom("/dev/null"), WRITE_ONLY);
            for (int stream = 1; stream <= 2; stream++) {
                int _ = (int) redirect.invokeExact(nowhere, stream);
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted") // bin/martlet allows it
    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        var c = Linker.nativeLinker();
        return c.downcallHandle(c.defaultLookup().findOrThrow(name), type, options);
    }
}
