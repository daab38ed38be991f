package im.martlet.extensions.pubsub;

import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The section {@code [pubsub]}.
 *
 * @param accountBytes that the items of one account may have together; and, at a service, those of all nodes that one
 * entity has made
 * @param accountNodes that one account may have, or one entity make at a service
 * @param service the first label of the service's domain; empty for no service
 * @param serviceBytes that the items of one host's service may have together
 * @param serviceNodes that one host's service may have
 * @param create who may make nodes at the service: see {@link Creators}
 */
public record PubSubSettings(@Reloadable @Default("\"16 MiB\"") ByteSize accountBytes,
        @Reloadable @Default("500") @Range(min = 1) int accountNodes,
        @Default("\"pubsub\"") String service, @Reloadable @Default("\"1 GiB\"") ByteSize serviceBytes,
        @Reloadable @Default("100000") @Range(min = 1) int serviceNodes,
        @Default("\"accounts\"") String create) {
    /** Who may make nodes at a service. */
    public enum Creators {
        /** Accounts of the host that the service belongs to. */
        ACCOUNTS,
        EVERYBODY, NOBODY;

        String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /** Says what is wrong with the section, with everything else. */
    public static void check(Config config) {
        var settings = config.section("pubsub", PubSubSettings.class);
        if (Arrays.stream(Creators.values()).noneMatch(c -> c.word().equals(settings.create)))
            config.problem(List.of("pubsub", "create"),
                    "'create' in [pubsub] must be one of "
                            + Arrays.stream(Creators.values()).map(Creators::word).toList() + ", not \""
                            + settings.create + "\"");
        if (!settings.service.matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?)?"))
            config.problem(List.of("pubsub", "service"),
                    "'service' in [pubsub] must be the first label of a domain, such as \"pubsub\", not \""
                            + settings.service + "\"");
    }

    Creators creators() {
        return Arrays.stream(Creators.values()).filter(c -> c.word().equals(create)).findFirst()
                .orElse(Creators.NOBODY);
    }
}
