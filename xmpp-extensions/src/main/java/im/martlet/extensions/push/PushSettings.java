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
 * @param enabled whether there is push at all
 * @param sender whether services are told who has written
 * @param body whether services are told what
 * @param grace how long a device in use has for showing a message before others are notified
 * @param keep how long a notification is tried
 * @param retry the longest pause between attempts
 * @param perAccount services that one account may have; devices that one address may have at the gateway
 * @param gateway the first label of the gateway's domain; empty for none
 * @param gatewayFor whose devices may be there: "local" accounts', or "everybody"'s
 * @param contact whom push services may write to: a URI
 * @param privateAddresses whether push services may be at addresses that are not of the internet
 * @param ca authorities that their certificates are by, in place of the JDK's
 */
public record PushSettings(@Default("true") boolean enabled, @Reloadable @Default("false") boolean sender,
        @Reloadable @Default("false") boolean body,
        @Reloadable @Default("\"30s\"") @Range(min = 1) Duration grace, @Reloadable @Default("\"1d\"") Duration keep,
        @Reloadable @Default("\"10m\"") @Range(min = 1) Duration retry,
        @Reloadable @Default("20") @Range(min = 1, max = 1000) int perAccount, @Default("\"push\"") String gateway,
        @Reloadable @Default("\"local\"") String gatewayFor,
        @Default("\"\"") String contact, @Reloadable @Default("false") boolean privateAddresses, Optional<Path> ca) {
    private static final List<String> WHOSE = List.of("local", "everybody");

    /** Says what is wrong with the section, with everything else. */
    static void check(Config config) {
        var settings = config.section("push", PushSettings.class);
        if (!WHOSE.contains(settings.gatewayFor)) config.problem(List.of("push", "gateway_for"),
                "'gateway_for' in [push] must be one of " + WHOSE + ", not \"" + settings.gatewayFor + "\"");
        if (!settings.gateway.matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?)?"))
            config.problem(List.of("push", "gateway"),
                    "'gateway' in [push] must be the first label of a domain, such as \"push\", not \""
                            + settings.gateway + "\"");
        if (!settings.contact.matches("((mailto:|https://)[^\"\\\\\\s]+)?")) // RFC 8292 §2.1
            config.problem(List.of("push", "contact"),
                    "'contact' in [push] must be such as \"mailto:admin@example.org\" or \"https://example.org\", not \""
                            + settings.contact + "\"");
        if (!settings.keep.isPositive())
            config.problem(List.of("push", "keep"), "'keep' in [push] must be more than nothing");
    }

    /** Whether others' accounts may have devices at the gateway. */
    public boolean isForEverybody() {
        return gatewayFor.equals("everybody");
    }
}
