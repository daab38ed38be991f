package im.martlet.config;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of the core. Extensions have sections of their own. */
public record Settings(Server server, Map<String, Host> hosts, Listen listen, Limits limits, Login login,
        Storage storage) {
    /**
     * @param data folder for everything the server writes
     * @param log least levels that are logged
     */
    public record Server(@Default("\"data\"") Path data, @Reloadable @Default("\"info\"") LogLevels log) {}

    /**
     * A domain; without files it gets a certificate that it signs itself, in the data folder.
     *
     * @param servers "open" when it talks to every domain but those in {@code deny}, "listed" when only to those in
     * {@code allow}
     * @param allow domains, or all below one: {@code *.example}
     * @param deny the same; what is in both is denied
     * @param outage how long messages to other domains wait for them, in the database; zero for not at all
     */
    public record Host(Optional<Path> certificate, Optional<Path> key, @Default("\"open\"") String servers,
            @Default("[]") List<String> allow, @Default("[]") List<String> deny, @Default("\"0s\"") Duration outage) {
        /** One of which nothing is said. */
        private static final Host PLAIN =
                new Host(Optional.empty(), Optional.empty(), "open", List.of(), List.of(), Duration.ZERO);

        /** Whether it talks to everybody who is not denied. */
        public boolean isOpen() {
            return servers.equals("open");
        }

        public boolean talksToAll() { return isOpen() && deny.isEmpty(); }
    }

    /**
     * @param client for STARTTLS
     * @param clientTls for TLS from the first byte (XEP-0368)
     * @param server for other servers, with STARTTLS
     * @param serverTls for other servers, with TLS from the first byte
     * @param component for components (XEP-0114), in the clear
     * @param componentTls for components, with TLS from the first byte
     * @param admin for martletctl, on this machine only
     */
    public record Listen(@Default("[\"5222\"]") List<HostPort> client, @Default("[\"5223\"]") List<HostPort> clientTls,
            @Default("[\"5269\"]") List<HostPort> server, @Default("[\"5270\"]") List<HostPort> serverTls,
            @Default("[]") List<HostPort> component, @Default("[]") List<HostPort> componentTls,
            @Default("\"127.0.0.1:5280\"") HostPort admin) {}

    /** Bounds on what clients may do. */
    public record Limits(
            @Reloadable @Default("10000") @Range(min = 10_000, max = 1_048_576) ByteSize stanzaBeforeLogin,
            @Reloadable @Default("\"256 KiB\"") @Range(min = 10_000, max = 16_777_216) ByteSize stanza,
            @Reloadable @Default("16") @Range(min = 8, max = 1000) int depthBeforeLogin,
            @Reloadable @Default("64") @Range(min = 16, max = 1000) int depth,
            @Reloadable @Default("32") @Range(min = 16, max = 1000) int attributesBeforeLogin,
            @Reloadable @Default("128") @Range(min = 16, max = 1000) int attributes,
            @Reloadable @Default("\"30s\"") @Range(min = 1) Duration timeToLogin,
            @Reloadable @Default("100") @Range(min = 1) int waitingPerAddress,
            @Reloadable @Default("300") @Range(min = 1) int connectionsPerMinute,
            @Reloadable @Default("20") @Range(min = 1) int sessionsPerAccount,
            @Reloadable @Default("\"10 KB\"") ByteSize rateBeforeLogin,
            @Reloadable @Default("\"64 KB\"") ByteSize rate,
            @Reloadable @Default("\"256 KB\"") @Range(min = 4096) ByteSize burst,
            @Reloadable @Default("\"64 KiB\"") @Range(min = 16_384) ByteSize outboundBeforeLogin,
            @Reloadable @Default("\"4 MiB\"") @Range(min = 65_536) ByteSize outbound,
            @Reloadable @Default("\"3m\"") @Range(min = 5) Duration idle,
            @Reloadable @Default("\"1m\"") @Range(min = 1) Duration patience,
            @Reloadable @Default("1000") @Range(min = 1) int rosterItems,
            @Reloadable @Default("1000") @Range(min = 0) int offlineMessages) {}

    /**
     * @param iterations of PBKDF2 for new passwords
     * @param failuresPerMinute that one address may have
     */
    public record Login(@Reloadable @Default("10000") @Range(min = 4096, max = 1_000_000) int iterations,
            @Reloadable @Default("5") @Range(min = 1) int failuresPerMinute) {}

    /** @param url empty for the embedded database in the data folder */
    public record Storage(@Default("\"\"") String url, @Default("\"\"") String user, @Default("\"\"") Secret password,
            @Default("8") @Range(min = 1, max = 1000) int connections) {}

    /** Takes the core's sections out of a configuration. */
    public static Settings of(Config config) {
        var server = config.section("server", Server.class);
        server.log().check(config);
        var hosts = new LinkedHashMap<String, Host>();
        config.named("hosts", Host.class).forEach((name, host) -> domain(config, name)
                .ifPresent(domain -> hosts.put(domain, checked(config, name, host))));
        if (hosts.isEmpty()) hosts.put("localhost", Host.PLAIN);
        return new Settings(server, Collections.unmodifiableMap(hosts),
                local(config, config.section("listen", Listen.class)),
                config.section("limits", Limits.class), config.section("login", Login.class),
                config.section("storage", Storage.class));
    }

    private static Optional<String> domain(Config config, String name) {
        try {
            var jid = Jid.parse(name);
            if (jid.equals(jid.host())) return Optional.of(jid.domain());
            config.problem(List.of("hosts", name), "'" + name + "' in [hosts] must be a domain");
        } catch (JidException e) {
            config.problem(List.of("hosts", name), "'" + name + "' in [hosts] is no domain: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Whoever reaches the admin port needs nothing but the token: it is for this machine only. */
    private static Listen local(Config config, Listen listen) {
        var admin = listen.admin().address();
        if (admin.isUnresolved()) config.problem(List.of("listen", "admin"),
                "'admin' in [listen] names a host that is not known: " + listen.admin().host());
        else if (!admin.getAddress().isLoopbackAddress())
            config.problem(List.of("listen", "admin"),
                    "'admin' in [listen] must be an address of this machine only, such as \"127.0.0.1:"
                            + admin.getPort() + "\"");
        return listen;
    }

    private static Host checked(Config config, String name, Host host) {
        if (host.certificate().isPresent() != host.key().isPresent())
            config.problem(List.of("hosts", name),
                    "[hosts.\"" + name + "\"] needs both 'certificate' and 'key', or neither");
        if (!List.of("open", "listed").contains(host.servers())) config.problem(List.of("hosts", name, "servers"),
                "'servers' in [hosts.\"" + name + "\"] must be \"open\" or \"listed\", not \"" + host.servers() + "\"");
        return new Host(host.certificate, host.key, host.servers, domains(config, name, "allow", host.allow),
                domains(config, name, "deny", host.deny), host.outage);
    }

    /** Domains as they are in addresses; a pattern keeps its "*.". */
    private static List<String> domains(Config config, String host, String key, List<String> written) {
        return written.stream().map(text -> {
            String prefix = text.startsWith("*.") ? "*." : "";
            try {
                var jid = Jid.parse(text.substring(prefix.length()));
                if (jid.equals(jid.host())) return prefix + jid.domain();
            } catch (JidException e) {
                // told below
            }
            config.problem(List.of("hosts", host, key),
                    "'" + key + "' in [hosts.\"" + host
                            + "\"] must be a list of domains, such as \"example.org\" or \"*.example.org\"; \"" + text
                            + "\" is none");
            return text;
        }).toList();
    }

    /** These, with what can change live as it is in others. */
    public Settings changedTo(Settings next) {
        return new Settings(new Server(server.data, next.server.log), next.hosts, listen, next.limits, next.login,
                storage);
    }

    /**
     * The same, but for what only one server at a time can have: any free ports, and an empty database in memory for
     * the embedded one.
     */
    public Settings elsewhere() {
        var anywhere = new HostPort("127.0.0.1", 0);
        boolean embedded = databaseUrl().startsWith("jdbc:h2:");
        return new Settings(server, hosts,
                new Listen(List.of(anywhere), List.of(anywhere), List.of(anywhere), List.of(anywhere), List.of(),
                        List.of(), anywhere),
                limits, login,
                embedded ? new Storage("jdbc:h2:mem:elsewhere;DB_CLOSE_DELAY=-1", "", new Secret(""),
                        storage.connections()) : storage);
    }

    /** The folder's database, unless another one is named. */
    public String databaseUrl() {
        return storage.url().isEmpty() ? "jdbc:h2:file:" + server.data().toAbsolutePath().resolve("martlet")
                : storage.url();
    }
}
