package im.martlet.extensions.upload;

import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.config.Secret;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code [upload]}.
 *
 * @param enabled whether the hosts have an upload service
 * @param label the first label of the service's domain
 * @param domains further domains with users that may upload, besides the host
 * @param largest the largest size of a file
 * @param largestProfile the largest size of a picture for a profile
 * @param quota bytes that one account may store; 0 for no limit
 * @param daily bytes that one account may upload in 24 hours; 0 for no limit
 * @param hostQuota bytes that all accounts of a host may store together; 0 for no limit
 * @param free bytes that must stay free on the disk
 * @param keep time for which files are stored; 0 for ever. Files for profiles stay as long as the account
 * @param slot time for which a slot is valid
 * @param keys keys of 32 bytes in base64. The first seals new files, and each opens the files that it sealed; none to
 * seal no files
 */
public record UploadSettings(@Default("true") boolean enabled, @Default("\"upload\"") String label,
        @Reloadable @Default("[]") List<String> domains,
        @Reloadable @Default("\"100 MiB\"") @Range(min = 1) ByteSize largest,
        @Reloadable @Default("\"4 MiB\"") @Range(min = 1) ByteSize largestProfile,
        @Reloadable @Default("\"2 GiB\"") ByteSize quota, @Reloadable @Default("\"1 GiB\"") ByteSize daily,
        @Reloadable @Default("0") ByteSize hostQuota,
        @Default("\"1 GiB\"") ByteSize free, @Reloadable @Default("\"0s\"") Duration keep,
        @Reloadable @Default("\"5m\"") @Range(min = 10, max = 86_400) Duration slot,
        @Default("[]") List<Secret> keys) {
    static final String SECTION = "upload";

    /** Reports invalid settings to the configuration. */
    public static void check(Config config) {
        var settings = config.section(SECTION, UploadSettings.class);
        if (!settings.label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
            config.problem(List.of(SECTION, "label"),
                    "'label' in [upload] must be the first label of a domain, such as \"upload\", not \""
                            + settings.label + "\"");
        if (settings.keys.stream().anyMatch(key -> bytes(key).isEmpty()))
            config.problem(List.of(SECTION, "keys"),
                    "'keys' in [upload] must be 32 bytes in base64; \"openssl rand -base64 32\" makes such a key");
    }

    private static Optional<byte[]> bytes(Secret key) {
        try {
            return Optional.of(Base64.getDecoder().decode(key.value().strip())).filter(bytes -> bytes.length == 32);
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    List<byte[]> keyBytes() { return keys.stream().flatMap(key -> bytes(key).stream()).toList(); }

    /** Returns the time for which files with a purpose are stored; zero for ever. */
    Duration keep(FilePurpose purpose) {
        return switch (purpose) {
            case MESSAGE, EPHEMERAL -> keep;
            case PROFILE -> Duration.ZERO;
        };
    }

    /** Returns the largest size of a file with a purpose, in bytes. */
    long largest(FilePurpose purpose) {
        return switch (purpose) {
            case MESSAGE, EPHEMERAL -> largest.bytes();
            case PROFILE -> Math.min(largest.bytes(), largestProfile.bytes());
        };
    }
}
