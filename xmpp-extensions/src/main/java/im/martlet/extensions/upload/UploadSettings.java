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
 * @param label the first label of the service's domain
 * @param domains whose users may upload, besides those of the host
 * @param largest that one file may be
 * @param largestProfile that a picture for a profile may be
 * @param quota bytes that one account may have; 0 for any number
 * @param daily bytes that one account may upload in 24 hours; 0 for any number
 * @param hostQuota bytes that all of a host may have together; 0 for any number
 * @param free bytes that stay free on the disk
 * @param keep how long files are kept; 0 for ever. Those for profiles stay as long as the account
 * @param slot how long a slot may be used
 * @param keys of 32 bytes in base64: the first seals new files, and all open what they have sealed; none to seal
 * nothing
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

    /** Says what is wrong with the section, with everything else. */
    public static void check(Config config) {
        var settings = config.section(SECTION, UploadSettings.class);
        if (!settings.label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
            config.problem(List.of(SECTION, "label"),
                    "'label' in [upload] must be the first label of a domain, such as \"upload\", not \""
                            + settings.label + "\"");
        if (settings.keys.stream().anyMatch(key -> bytes(key).isEmpty()))
            config.problem(List.of(SECTION, "keys"),
                    "'keys' in [upload] must be of 32 bytes in base64, as \"openssl rand -base64 32\" makes them");
    }

    private static Optional<byte[]> bytes(Secret key) {
        try {
            return Optional.of(Base64.getDecoder().decode(key.value().strip())).filter(bytes -> bytes.length == 32);
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    List<byte[]> keyBytes() { return keys.stream().flatMap(key -> bytes(key).stream()).toList(); }

    /** How long what is for a purpose is kept; zero for ever. */
    Duration keep(FilePurpose purpose) {
        return switch (purpose) {
            case MESSAGE, EPHEMERAL -> keep;
            case PROFILE -> Duration.ZERO;
        };
    }

    long largest(FilePurpose purpose) {
        return switch (purpose) {
            case MESSAGE, EPHEMERAL -> largest.bytes();
            case PROFILE -> Math.min(largest.bytes(), largestProfile.bytes());
        };
    }
}
