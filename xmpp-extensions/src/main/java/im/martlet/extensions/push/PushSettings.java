package im.martlet.extensions.push;

import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code [push]}.
 *
 * @param enabled whether push notifications are on
 * @param sender whether push services get the sender of a message
 * @param body whether push services get the text of a message
 * @param grace time that a device in use has to show a message before other devices are notified
 * @param keep time after which a notification is given up
 * @param retry longest pause between attempts
 * @param perAccount largest number of services of one account, and of devices of one account at the gateway
 * @param gateway first label of the gateway's domain; empty for no gateway
 * @param gatewayFor accounts that may register devices at the gateway: "local" or "everybody"
 * @param contact URI at which operators of push services can reach the admin
 * @param privateAddresses whether push services may be at addresses that are not of the internet
 * @param ca file with the authorities of push services' certificates, in place of the JDK's
 */
public record PushSettings(@Default("true") boolean enabled, @Reloadable @Default("false") boolean sender,
        @Reloadable @Default("false") boolean body,
        @Reloadable @Default("\"30s\"") @Range(min = 1) Duration grace, @Reloadable @Default("\"1d\"") Duration keep,
        @Reloadable @Default("\"10m\"") @Range(min = 1) Duration retry,
        @Reloadable @Default("20") @Range(min = 1, max = 1000) int perAccount, @Default("\"push\"") String gateway,
        @Reloadable @Default("\"local\"") String gatewayFor,
        @Default("\"\"") String contact, @Reloadable @Default("false") boolean privateAddresses, Optional<Path> ca) {
    private static final List<String> GATEWAY_USERS = List.of("local", "everybody");

    /** Reports all problems of the section. */
    static void check(Config config) {
        var settings = config.section("push", PushSettings.class);
        if (!GATEWAY_USERS.contains(settings.gatewayFor)) config.problem(List.of("push", "gateway_for"),
                "'gateway_for' in [push] must be one of " + GATEWAY_USERS + ", not \"" + settings.gatewayFor + "\"");
        if (!settings.gateway.matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?)?"))
            config.problem(List.of("push", "gateway"),
                    "'gateway' in [push] must be the first label of a domain, such as \"push\", not \""
                            + settings.gateway + "\"");
        if (!settings.contact.matches("((mailto:|https://)[^\"\\\\\\s]+)?")) // RFC 8292 §2.1
            config.problem(List.of("push", "contact"),
                    "'contact' in [push] must be a URI such as \"mailto:admin@example.org\" or "
                            + "\"https://example.org\", not \"" + settings.contact + "\"");
        if (!settings.keep.isPositive())
            config.problem(List.of("push", "keep"), "'keep' in [push] must be more than 0");
    }

    /** Returns whether accounts of other hosts may register devices at the gateway. */
    public boolean isForEverybody() {
        return gatewayFor.equals("everybody");
    }
}
