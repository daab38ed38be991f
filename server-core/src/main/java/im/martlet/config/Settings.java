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

/** The settings of the core. Extensions have their own sections. */
public record Settings(Server server, Map<String, Host> hosts, Listen listen, Limits limits, Login login,
        Storage storage) {
    /**
     * The section {@code [server]}.
     *
     * @param data the folder for all files that the server writes
     * @param log the least levels that are logged
     */
    public record Server(@Default("\"data\"") Path data, @Reloadable @Default("\"info\"") LogLevels log) {}

    /**
     * A host. Without files it gets a self-signed certificate in the data folder.
     *
     * @param certificate the PEM file of the certificate
     * @param key the PEM file of the private key
     * @param servers "open" if the host talks to all domains except those in {@code deny}; "listed" if it talks only to
     * those in {@code allow}
     * @param allow domains; {@code *.example} means all domains below
     * @param deny domains, in the same form; a domain in both lists is denied
     * @param outage the time that messages for an unreachable domain wait in the database; zero for none
     */
    public record Host(Optional<Path> certificate, Optional<Path> key, @Default("\"open\"") String servers,
            @Default("[]") List<String> allow, @Default("[]") List<String> deny, @Default("\"0s\"") Duration outage) {
        /** A host with all defaults. */
        private static final Host PLAIN =
                new Host(Optional.empty(), Optional.empty(), "open", List.of(), List.of(), Duration.ZERO);

        /** Returns whether the host talks to all domains that are not denied. */
        public boolean isOpen() {
            return servers.equals("open");
        }

        public boolean talksToAll() { return isOpen() && deny.isEmpty(); }
    }

    /**
     * The section {@code [listen]}.
     *
     * @param client ports for clients with STARTTLS
     * @param clientTls ports for clients with TLS from the first byte (XEP-0368)
     * @param server ports for other servers with STARTTLS
     * @param serverTls ports for other servers with TLS from the first byte
     * @param component ports for components (XEP-0114) without TLS
     * @param componentTls ports for components with TLS from the first byte
     * @param admin the port for martletctl, on this machine only
     */
    public record Listen(@Default("[\"5222\"]") List<HostPort> client, @Default("[\"5223\"]") List<HostPort> clientTls,
            @Default("[\"5269\"]") List<HostPort> server, @Default("[\"5270\"]") List<HostPort> serverTls,
            @Default("[]") List<HostPort> component, @Default("[]") List<HostPort> componentTls,
            @Default("\"127.0.0.1:5280\"") HostPort admin) {}

    /** The section {@code [limits]}: limits for clients. {@code conf/martlet.toml} describes each. */
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
     * The section {@code [login]}.
     *
     * @param iterations the rounds of PBKDF2 for new passwords
     * @param failuresPerMinute the failed logins that one address may have in a minute
     */
    public record Login(@Reloadable @Default("10000") @Range(min = 4096, max = 1_000_000) int iterations,
            @Reloadable @Default("5") @Range(min = 1) int failuresPerMinute) {}

    /**
     * The section {@code [storage]}.
     *
     * @param url the JDBC URL; empty for the embedded database in the data folder
     */
    public record Storage(@Default("\"\"") String url, @Default("\"\"") String user, @Default("\"\"") Secret password,
            @Default("8") @Range(min = 1, max = 1000) int connections) {}

    /** Binds the core's sections of a configuration. */
    public static Settings of(Config config) {
        var server = config.section("server", Server.class);
        server.log().check(config);
        var hosts = new LinkedHashMap<String, Host>();
        config.named("hosts", Host.class).forEach((name, host) -> domain(config, name)
                .ifPresent(domain -> hosts.put(domain, checked(config, name, host))));
        if (hosts.isEmpty()) hosts.put("localhost", Host.PLAIN);
        return new Settings(server, Collections.unmodifiableMap(hosts),
                checked(config, config.section("listen", Listen.class)),
                config.section("limits", Limits.class), config.section("login", Login.class),
                config.section("storage", Storage.class));
    }

    private static Optional<String> domain(Config config, String name) {
        try {
            var jid = Jid.parse(name);
            if (jid.equals(jid.host())) return Optional.of(jid.domain());
            config.problem(List.of("hosts", name), "'" + name + "' in [hosts] must be a domain");
        } catch (JidException e) {
            config.problem(List.of("hosts", name), "'" + name + "' in [hosts] is not a domain: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Checks that the admin port is on this machine only, because its only protection is the token. */
    private static Listen checked(Config config, Listen listen) {
        var admin = listen.admin().address();
        if (admin.isUnresolved()) config.problem(List.of("listen", "admin"),
                "'admin' in [listen] must be an address of this machine, such as \"127.0.0.1:" + admin.getPort()
                        + "\"; the name " + listen.admin().host() + " is not known");
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

    /** Prepares domains like those in addresses. A pattern keeps its "*.". */
    private static List<String> domains(Config config, String host, String key, List<String> written) {
        return written.stream().map(text -> {
            String prefix = text.startsWith("*.") ? "*." : "";
            try {
                var jid = Jid.parse(text.substring(prefix.length()));
                if (jid.equals(jid.host())) return prefix + jid.domain();
            } catch (JidException e) {
                // reported below
            }
            config.problem(List.of("hosts", host, key),
                    "'" + key + "' in [hosts.\"" + host
                            + "\"] must be a list of domains, such as \"example.org\" or \"*.example.org\"; \"" + text
                            + "\" is not a domain");
            return text;
        }).toList();
    }

    /** Returns these settings with the reloadable ones of the next settings. */
    public Settings changedTo(Settings next) {
        return new Settings(new Server(server.data, next.server.log), next.hosts, listen, next.limits, next.login,
                storage);
    }

    /**
     * Returns these settings without the resources that only one server can have at a time: with any free ports, and
     * with an empty database in memory instead of the embedded one.
     */
    public Settings forTrial() {
        var anyPort = new HostPort("127.0.0.1", 0);
        boolean isEmbedded = databaseUrl().startsWith("jdbc:h2:");
        return new Settings(server, hosts,
                new Listen(List.of(anyPort), List.of(anyPort), List.of(anyPort), List.of(anyPort), List.of(),
                        List.of(), anyPort),
                limits, login,
                isEmbedded ? new Storage("jdbc:h2:mem:trial;DB_CLOSE_DELAY=-1", "", new Secret(""),
                        storage.connections()) : storage);
    }

    /** Returns the configured database, or the embedded one in the data folder. */
    public String databaseUrl() {
        return storage.url().isEmpty() ? "jdbc:h2:file:" + server.data().toAbsolutePath().resolve("martlet")
                : storage.url();
    }
}
