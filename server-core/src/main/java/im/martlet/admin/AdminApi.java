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
 * Commands over HTTP: {@code POST /v1/user/add} with a JSON object of texts. Everything is refused but requests from
 * this machine, to this machine by name (a web page elsewhere cannot make a browser ask), with the token.
 */
public final class AdminApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    private static final int MOST_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private record Answer(int status, Object body) {}

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService underWay = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AdminCommand> commands;
    private final byte[] token;

    /** @param address of this machine only; anything else is refused with an {@link IllegalArgumentException} */
    public AdminApi(InetSocketAddress address, Path tokenFile, Collection<AdminCommand> commands) throws IOException {
        if (!address.getAddress().isLoopbackAddress())
            throw new IllegalArgumentException("the admin API listens on this machine only, not on " + address);
        this.commands = commands.stream()
                .collect(Collectors.toMap(c -> "/v1/" + c.name().replace(' ', '/'), Function.identity()));
        this.token = token(tokenFile).getBytes(StandardCharsets.UTF_8);
        this.server = bound(address);
        server.setExecutor(underWay);
        server.createContext("/", this::handle);
        server.start();
    }

    private static HttpServer bound(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 16);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address.getHostString() + " port " + address.getPort() + ": "
                    + e.getMessage(), e);
        }
    }

    /** Whether a server that knows this token listens at an address. */
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

    /** The token in a file that only its owner can read; made when there is none. */
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
            var answer = isAllowed(exchange) ? answer(exchange) : new Answer(403, Map.of("error", "not allowed"));
            byte[] body = json.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean isAllowed(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host")).replaceFirst(":\\d+$", "");
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return exchange.getRemoteAddress().getAddress().isLoopbackAddress() && NAMES.contains(host)
                && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), join("Bearer ", token));
    }

    private static byte[] join(String prefix, byte[] token) {
        return (prefix + new String(token, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (exchange.getRequestMethod().equals("GET") && path.equals("/v1/commands")) return new Answer(200, list());
        var command = commands.get(path);
        if (command == null || !exchange.getRequestMethod().equals("POST"))
            return new Answer(404, Map.of("error", "there is no such command"));
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES)
            return new Answer(413, Map.of("error", "the request is longer than " + MOST_BYTES + " bytes"));
        try {
            return new Answer(200, command.action().run(arguments(command, body)));
        } catch (AdminException e) {
            return new Answer(400, Map.of("error", String.valueOf(e.getMessage())));
        } catch (StorageException e) {
            return new Answer(503, Map.of("error", "the database failed: " + e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("bug: the command '{}' failed", command.name(), e);
            return new Answer(500, Map.of("error", "this is a bug; the log has more"));
        }
    }

    private Arguments arguments(AdminCommand command, byte[] body) {
        Map<String, String> values;
        try {
            values = body.length == 0 ? Map.of() : json.readValue(body, new TypeReference<Map<String, String>>() {});
        } catch (IOException e) {
            throw new AdminException("arguments are a JSON object of texts");
        }
        var known = command.parameters().stream().map(AdminCommand.Parameter::name).collect(Collectors.toSet());
        values.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new AdminException("'" + command.name() + "' takes no '" + name + "'");
        });
        for (var p : command.parameters()) if (p.required() && !values.containsKey(p.name()))
            throw new AdminException("'" + p.name() + "' is missing");
        return new Arguments(values);
    }

    private List<Map<String, Object>> list() {
        return commands.values().stream().sorted(Comparator.comparing(AdminCommand::name))
                .map(c -> Map.of("name", c.name(), "summary", c.summary(), "parameters", c.parameters())).toList();
    }

    /** Commands under way are answered first, the one that asked for this too. */
    @Override public void close() {
        underWay.shutdown();
        try {
            if (!underWay.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                LOG.warn("a command is still under way");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
    }
}
