package im.martlet.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The CPU time of this process and of the database.
 *
 * @param databaseProcess the PID of the database's server, 0 if there is none
 */
record CpuTime(long databaseProcess) {
    private static final double TICKS = 100; // per second

    /** Returns the seconds until now, including those of the database's ended processes. */
    double seconds() {
        double own = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime() / 1e9;
        return databaseProcess == 0 ? own
                : own + ProcessHandle.of(databaseProcess)
                        .map(p -> ticks(p.pid(), true) + p.descendants().mapToDouble(c -> ticks(c.pid(), false)).sum())
                        .orElse(0.0);
    }

    private static double ticks(long pid, boolean withChildren) {
        try {
            String[] fields =
                    Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst("^.*\\) ", "").split(" ");
            double own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return (withChildren ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own) / TICKS;
        } catch (IOException gone) {
            return 0;
        }
    }
}
