package im.martlet.admin;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.config.Hosts;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.ImplementedXep;
import im.martlet.extension.Kernel;
import im.martlet.session.AccountDirectory;
import im.martlet.storage.account.Accounts;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands for the server itself. */
public final class ServerCommands implements Extension {
    /** Controls the running server. */
    public interface Controls {
        /** Makes the server stop soon; returns at once. */
        void stop();

        /**
         * Reads configuration and certificates again. Returns a line for each change, or throws an
         * {@link AdminException} and changes nothing.
         */
        List<String> reload();

        String version();
    }

    private final Hosts hosts;
    private final Accounts accounts;
    private final AccountDirectory directory;
    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension
    private final Provider<Controls> controls;

    @Inject ServerCommands(Hosts hosts, Accounts accounts, AccountDirectory directory, Provider<Kernel> kernel,
            Provider<Controls> controls) {
        this.hosts = hosts;
        this.accounts = accounts;
        this.directory = directory;
        this.kernel = kernel;
        this.controls = controls;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                adminCommand(AdminCommand.of("status", "Shows the state of the server", List.of(), _ -> status())),
                adminCommand(
                        AdminCommand.of("host list", "Lists the hosts of this server", List.of(), _ -> hosts())),
                adminCommand(AdminCommand.of("extensions", "Lists the installed extensions and their XEPs", List.of(),
                        _ -> extensions())),
                adminCommand(AdminCommand.of("reload", "Reads configuration and certificates again", List.of(),
                        _ -> Map.of("reloaded", controls.get().reload()))),
                adminCommand(AdminCommand.of("stop", "Stops the server", List.of(), _ -> {
                    controls.get().stop();
                    return Map.of("stopping", true);
                })));
    }

    private Object status() {
        var runtime = Runtime.getRuntime();
        var row = new LinkedHashMap<String, Object>();
        row.put("version", controls.get().version());
        row.put("hosts", String.join(", ", hosts.names()));
        row.put("sessions", directory.live().mapToInt(account -> account.sessions().size()).sum());
        row.put("up", Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime())
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString());
        row.put("heap_mib", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        row.put("heap_max_mib", runtime.maxMemory() >> 20);
        return row;
    }

    private Object hosts() {
        return hosts.names().stream().sorted().map(host -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("host", host);
            row.put("accounts", accounts.count(host));
            return row;
        }).toList();
    }

    /** Lists the extensions, and the other classes that implement a XEP, by package. */
    private Object extensions() {
        var extensions = kernel.get().extensions();
        var xeps = ImplementedXep.of(extensions).stream().collect(Collectors.groupingBy(ImplementedXep::by));
        return Stream.concat(extensions.stream().map(Object::getClass), xeps.keySet().stream()).distinct()
                .sorted(Comparator.comparing(Class::getName)).map(c -> row(c, xeps.getOrDefault(c, List.of())))
                .toList();
    }

    private static Map<String, Object> row(Class<?> by, List<ImplementedXep> xeps) {
        var row = new LinkedHashMap<String, Object>();
        row.put("extension", by.getSimpleName());
        row.put("package", by.getPackageName());
        row.put("xeps", xeps.stream().map(i -> "XEP-%04d %s".formatted(i.xep().number(), i.xep().version()))
                .collect(Collectors.joining(", ")));
        return row;
    }
}
