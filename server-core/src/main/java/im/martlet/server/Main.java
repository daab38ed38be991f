package im.martlet.server;

import im.martlet.config.Config;
import im.martlet.config.ConfigException;
import im.martlet.config.LogLevels;
import im.martlet.extension.AdminException;
import im.martlet.http.HttpServer;
import im.martlet.server.StartException.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The command {@code martlet}. */
public final class Main {
    private static final String USAGE =
            """
                    martlet [--config FILE]          starts the server (default: conf/martlet.toml)
                    martlet [--config FILE] check    checks whether the server could start
                    martlet rehearse                 runs a short trial, so that later starts are fast
                    martlet --version                prints the version
                    Exit status: 0 stopped; 1 bug; 2 configuration; 3 port in use; 4 database; 5 certificate; \
                    6 data folder; 64 usage""";

    private record Options(Path config, boolean check) {}

    private Main() {}

    public static void main(String[] args) {
        long startTime = System.nanoTime();
        try {
            if (List.of(args).contains("--version")) System.out.println("Martlet " + Version.current());
            else if (List.of(args).contains("--help")) System.out.println(USAGE);
            else if (List.of(args).equals(List.of("rehearse"))) Rehearsal.run();
            else run(parse(args), startTime);
        } catch (IllegalArgumentException e) {
            fail(e.getMessage() + "\n" + USAGE, 64);
        } catch (ConfigException e) {
            fail(e.getMessage(), Status.BAD_CONFIGURATION.code());
        } catch (StartException e) {
            fail(e.getMessage(), e.status().code());
        } catch (InterruptedException e) {
            fail("interrupted", 1);
        } catch (IOException e) {
            fail("the rehearsal failed: " + e, 1);
        }
        System.exit(0);
    }

    private static void fail(String message, int status) {
        System.err.println(message);
        System.exit(status);
    }

    private static Options parse(String[] args) {
        var options = new Options(Path.of("conf", "martlet.toml"), false);
        for (int i = 0; i < args.length; i++) switch (args[i]) {
            case "--config" -> {
                if (++i == args.length) throw new IllegalArgumentException("--config needs a file name after it");
                var folder = Path.of(System.getProperty("martlet.from", "")); // bin/martlet has changed the folder
                options = new Options(folder.resolve(args[i]), options.check);
            }
            case "check" -> options = new Options(options.config, true);
            default -> throw new IllegalArgumentException("the argument '" + args[i] + "' is not known; usage:");
        }
        return options;
    }

    private static void run(Options options, long startTime)
            throws ConfigException, StartException, InterruptedException {
        var config = Config.load(options.config);
        if (options.check) System.out.println(Server.check(config));
        else serve(Server.start(config), startTime);
    }

    private static void serve(Server server, long startTime) throws InterruptedException {
        Logback.apply(LogLevels.of("info"), server.settings().server().log());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        Signals.on("HUP", () -> reload(server));
        Signals.on("TERM", server::stop); // the JVM's own handler would end with status 143
        Signals.on("INT", server::stop);
        greet(server, (System.nanoTime() - startTime) / 1_000_000);
        server.awaitStop();
        System.exit(0);
    }

    private static void reload(Server server) {
        try {
            server.reload();
        } catch (AdminException e) {
            LoggerFactory.getLogger(Main.class).error(e.getMessage()); // a signal gets no answer
        }
    }

    private static void greet(Server server, long millis) {
        String host = server.settings().hosts().keySet().iterator().next();
        System.out.println("Martlet " + Version.current() + " serves "
                + String.join(", ", server.settings().hosts().keySet())
                + "\n  clients   " + ports(server.client()) + " (STARTTLS), " + ports(server.clientTls()) + " (TLS)"
                + (server.server().isEmpty() && server.serverTls().isEmpty() ? ""
                        : "\n  servers   " + ports(server.server()) + " (STARTTLS), " + ports(server.serverTls())
                                + " (TLS)")
                + (server.component().isEmpty() && server.componentTls().isEmpty() ? ""
                        : "\n  components " + ports(server.component())
                                + (server.componentTls().isEmpty() ? ""
                                        : " " + ports(server.componentTls()) + " (TLS)"))
                + web(server.http())
                + server.extensionPorts().entrySet().stream()
                        .map(port -> "\n  %-9s %s".formatted(port.getKey(), ports(port.getValue())))
                        .collect(Collectors.joining())
                + "\n  admin     127.0.0.1:" + server.adminPort()
                + "\n  data      " + server.settings().server().data().toAbsolutePath()
                + "\nStarted in " + millis + " ms. Next: bin/martletctl user add alice@" + host);
    }

    private static String web(HttpServer http) {
        var entrances = Stream
                .of(Map.entry("HTTPS", http.secured()), Map.entry("behind a proxy", http.plain()),
                        Map.entry("health", http.local()))
                .filter(entrance -> !entrance.getValue().isEmpty())
                .map(entrance -> ports(entrance.getValue()) + " (" + entrance.getKey() + ")")
                .collect(Collectors.joining(", "));
        return entrances.isEmpty() ? "" : "\n  web       " + entrances;
    }

    private static String ports(List<InetSocketAddress> addresses) {
        return addresses.stream().map(
                a -> (a.getAddress().isAnyLocalAddress() ? "" : a.getAddress().getHostAddress() + ":") + a.getPort())
                .collect(Collectors.joining(", "));
    }
}
