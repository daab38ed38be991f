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
                    martlet [--config FILE]          starts the server (FILE: conf/martlet.toml)
                    martlet [--config FILE] check    tells whether it could start
                    martlet rehearse                 starts, talks to itself and stops, so that later starts are quick
                    martlet --version
                    Exit status: 0 stopped; 1 bug; 2 configuration; 3 port in use; 4 database; 5 certificate; 6 data folder; 64 usage""";

    private record Asked(Path config, boolean check) {}

    private Main() {}

    public static void main(String[] args) {
        long began = System.nanoTime();
        try {
            if (List.of(args).contains("--version")) System.out.println("Martlet " + Version.current());
            else if (List.of(args).contains("--help")) System.out.println(USAGE);
            else if (List.of(args).equals(List.of("rehearse"))) Rehearsal.run();
            else run(read(args), began);
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

    private static Asked read(String[] args) {
        var asked = new Asked(Path.of("conf", "martlet.toml"), false);
        for (int i = 0; i < args.length; i++) switch (args[i]) {
            case "--config" -> {
                if (++i == args.length) throw new IllegalArgumentException("--config needs a file");
                asked = new Asked(Path.of(System.getProperty("martlet.from", "")).resolve(args[i]), asked.check); // bin/martlet has changed the folder
            }
            case "check" -> asked = new Asked(asked.config, true);
            default -> throw new IllegalArgumentException("what is '" + args[i] + "'?");
        }
        return asked;
    }

    private static void run(Asked asked, long began) throws ConfigException, StartException, InterruptedException {
        var config = Config.load(asked.config);
        if (asked.check) System.out.println(Server.check(config));
        else serve(Server.start(config), began);
    }

    private static void serve(Server server, long began) throws InterruptedException {
        Logback.apply(LogLevels.of("info"), server.settings().server().log());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        Signals.on("HUP", () -> reload(server));
        Signals.on("TERM", server::stop); // the JVM would do so too, but end with 143
        Signals.on("INT", server::stop);
        greet(server, (System.nanoTime() - began) / 1_000_000);
        server.awaitStop();
        System.exit(0);
    }

    private static void reload(Server server) {
        try {
            server.reload();
        } catch (AdminException e) {
            LoggerFactory.getLogger(Main.class).error(e.getMessage()); // nobody waits for an answer
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
        var ways = Stream
                .of(Map.entry("HTTPS", http.secured()), Map.entry("behind a proxy", http.plain()),
                        Map.entry("health", http.local()))
                .filter(way -> !way.getValue().isEmpty())
                .map(way -> ports(way.getValue()) + " (" + way.getKey() + ")").collect(Collectors.joining(", "));
        return ways.isEmpty() ? "" : "\n  web       " + ways;
    }

    private static String ports(List<InetSocketAddress> addresses) {
        return addresses.stream().map(
                a -> (a.getAddress().isAnyLocalAddress() ? "" : a.getAddress().getHostAddress() + ":") + a.getPort())
                .collect(Collectors.joining(", "));
    }
}
