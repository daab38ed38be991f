package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Secret;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * A section {@code [components."gateway.example.org"]}.
 *
 * @param secret secret that the component must know
 * @param name name for users, in the list of services of the host above
 * @param stanza largest stanza of the component, in bytes
 * @param queue bytes that may wait for one of its connections
 */
public record ComponentSettings(
        @Default("\"\"") Secret secret,
        Optional<String> name,
        @Default("\"512 KiB\"") @Range(min = 10_000, max = 16_777_216) ByteSize stanza,
        @Default("\"4 MiB\"") @Range(min = 65_536) ByteSize queue) {
    private static final String SECTION = "components";

    /**
     * Returns the current components by their domains as written. Mistakes are reported with those of other sections.
     */
    public static Supplier<SequencedMap<String, ComponentSettings>> of(Config config) {
        config.rule(reading -> reading.named(SECTION, ComponentSettings.class)
                .forEach((domain, settings) -> problem(reading, domain, settings).ifPresent(
                        problem -> reading.problem(List.of(SECTION, domain),
                                "'" + domain + "' in [components] " + problem))));
        return config.liveNamed(SECTION, ComponentSettings.class);
    }

    private static Optional<String> problem(Config reading, String domain, ComponentSettings settings) {
        try {
            var jid = Jid.parse(domain);
            if (!jid.equals(jid.host())) return Optional.of("must be a domain");
        } catch (JidException e) {
            return Optional.of("is not a valid domain: " + e.getMessage());
        }
        if (reading.keys("hosts").contains(domain)) return Optional.of("is already a host in [hosts]");
        return settings.secret.value().isEmpty() ? Optional.of("needs a 'secret'") : Optional.empty();
    }
}
