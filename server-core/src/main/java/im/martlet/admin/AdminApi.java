package im.martlet.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.storage.db.StorageException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands over HTTP: {@code POST /v1/user/add} with a JSON object of strings. A request must come from this
 * machine, name this machine as its host, and carry the token. The host is checked so that a web page from elsewhere
 * cannot make a browser send a command. Each request has a virtual thread of its own.
 */
public final class AdminApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    private static final int MAX_BYTES = 64 * 1024; // of a request
    private static final Duration PATIENCE = Duration.ofSeconds(5); // for running commands at a stop
    private static final Set<String> HOST_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private record Answer(int status, Object body) {}

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService runningCommands = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AdminCommand> commands;
    private final byte[] token;

    /**
     * Starts the API.
     *
     * @param address a loopback address; any other is refused with an {@link IllegalArgumentException}
     * @param tokenFile the file that holds the token; it is created if it does not exist
     */
    public AdminApi(InetSocketAddress address, Path tokenFile, Collection<AdminCommand> commands) throws IOException {
        if (!address.getAddress().isLoopbackAddress())
            throw new IllegalArgumentException("the admin API listens on this machine only, and " + address
                    + " is not an address of this machine: use one such as 127.0.0.1:5280");
        this.commands = commands.stream()
                .collect(Collectors.toMap(c -> "/v1/" + c.name().replace(' ', '/'), Function.identity()));
        this.token = token(tokenFile).getBytes(StandardCharsets.UTF_8);
        this.server = bind(address);
        server.setExecutor(runningCommands);
        server.createContext("/", this::handle);
        server.start();
    }

    private static HttpServer bind(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 16);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address.getHostString() + " port " + address.getPort() + ": "
                    + e.getMessage(), e);
        }
    }

    /** Returns whether a server that knows this token listens at an address. */
    public static boolean isServed(InetSocketAddress address, Path tokenFile) {
        if (address.getPort() == 0 || address.isUnresolved() || !Files.isReadable(tokenFile)) return false;
        try {
            var host = address.getAddress() instanceof Inet6Address ? "[::1]" : "127.0.0.1";
            var connection = (HttpURLConnection) URI.create("http://" + host + ":" + address.getPort() + "/v1/commands")
                    .toURL().openConnection(Proxy.NO_PROXY);
            connection.setRequestProperty("Authorization", "Bearer " + Files.readString(tokenFile).strip());
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(2_000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads the token. If there is no file, this creates one that only its owner can read. */
    private static String token(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix"))
                Files.createFile(file,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            var bytes = new byte[32];
            new SecureRandom().nextBytes(bytes);
            Files.writeString(file, HexFormat.of().formatHex(bytes));
        }
        return Files.readString(file).strip();
    }

    public int port() { return server.getAddress().getPort(); }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var answer = isAllowed(exchange) ? answer(exchange) : new Answer(403, Map.of("error",
                    "only requests from this machine with the token in admin.token are allowed"));
            byte[] body = json.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean isAllowed(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host")).replaceFirst(":\\d+$", "");
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress() && HOST_NAMES.contains(host)
                && MessageDigest.isEqual(authorization.getBytes(StandardCharsets.UTF_8), join("Bearer ", token));
    }

    private static byte[] join(String prefix, byte[] token) {
        return (prefix + new String(token, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (exchange.getRequestMethod().equals("GET") && path.equals("/v1/commands")) return new Answer(200, list());
        var command = commands.get(path);
        if (command == null || !exchange.getRequestMethod().equals("POST"))
            return new Answer(404, Map.of("error", "there is no command " + path + ": GET /v1/commands lists all"));
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES)
            return new Answer(413,
                    Map.of("error", "the request is too long: at most " + MAX_BYTES + " bytes are allowed"));
        try {
            return new Answer(200, command.action().run(arguments(command, body)));
        } catch (AdminException e) {
            return new Answer(400, Map.of("error", String.valueOf(e.getMessage())));
        } catch (StorageException e) {
            return new Answer(503, Map.of("error", "the database failed: " + e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("bug: the command '{}' failed", command.name(), e);
            return new Answer(500,
                    Map.of("error", "the command failed because of a bug: please report it with the server's log"));
        }
    }

    private Arguments arguments(AdminCommand command, byte[] body) {
        Map<String, String> values;
        try {
            values = body.length == 0 ? Map.of() : json.readValue(body, new TypeReference<Map<String, String>>() {});
        } catch (IOException e) {
            throw new AdminException("the arguments are not a JSON object of strings");
        }
        var names = command.parameters().stream().map(AdminCommand.Parameter::name).collect(Collectors.toSet());
        values.keySet().stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new AdminException("'" + command.name() + "' has no argument '" + name + "', only " + names);
        });
        for (var p : command.parameters()) if (p.required() && !values.containsKey(p.name()))
            throw new AdminException("the argument '" + p.name() + "' is missing");
        return new Arguments(values);
    }

    private List<Map<String, Object>> list() {
        return commands.values().stream().sorted(Comparator.comparing(AdminCommand::name))
                .map(c -> Map.of("name", c.name(), "summary", c.summary(), "parameters", c.parameters())).toList();
    }

    /** Answers the running commands first, also the one that stops the server, then closes. */
    @Override public void close() {
        runningCommands.shutdown();
        try {
            if (!runningCommands.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                LOG.warn("an admin's command is still running and gets no answer, because the server stops");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }
}
