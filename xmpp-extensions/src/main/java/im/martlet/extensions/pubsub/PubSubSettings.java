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
 * @param accountBytes largest size of all items of one account; at a service, of all items in the nodes of one creator
 * @param accountNodes largest number of nodes of one account; at a service, of one creator
 * @param service first label of the service's domain; empty for no service
 * @param serviceBytes largest size of all items of one host's service
 * @param serviceNodes largest number of nodes of one host's service
 * @param create the entities that may create nodes at the service, see {@link Creators}
 */
public record PubSubSettings(@Reloadable @Default("\"16 MiB\"") ByteSize accountBytes,
        @Reloadable @Default("500") @Range(min = 1) int accountNodes,
        @Default("\"pubsub\"") String service, @Reloadable @Default("\"1 GiB\"") ByteSize serviceBytes,
        @Reloadable @Default("100000") @Range(min = 1) int serviceNodes,
        @Default("\"accounts\"") String create) {
    /** The entities that may create nodes at a service. */
    public enum Creators {
        /** Accounts of the host that the service belongs to. */
        ACCOUNTS,
        EVERYBODY, NOBODY;

        String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /** Reports all problems of the section. */
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
