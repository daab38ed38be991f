package im.martlet.server;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;

/**
 * Ends a process that has served nobody. A JVM that was told to write down what it learned ({@code -XX:AOTCacheOutput})
 * does so however it ends, and takes ten seconds; there is nothing to learn from a slip in the configuration, so the C
 * library ends such a process, which asks the JVM nothing.
 */
final class Exit {
    private Exit() {}

    static void unlearned(int status) {
        if (ManagementFactory.getRuntimeMXBean().getInputArguments().stream().anyMatch(a -> a.startsWith("-XX:AOTCacheOutput"))) atOnce(status);
        System.exit(status);
    }

    @SuppressWarnings("restricted") // bin/martlet allows it
    private static void atOnce(int status) {
        System.out.flush();
        System.err.flush();
        var c = Linker.nativeLinker();
        c.defaultLookup().find("_exit").ifPresent(exit -> {
            try {
                c.downcallHandle(exit, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)).invokeExact(status);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
