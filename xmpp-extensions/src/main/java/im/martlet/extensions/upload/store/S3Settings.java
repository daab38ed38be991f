package im.martlet.extensions.upload.store;

import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Secret;
import java.net.URI;
import java.util.List;

/**
 * The section {@code [upload_s3]}.
 *
 * @param endpoint the URL of the service, such as {@code https://s3.example.org}; empty to store uploads in files
 * @param bucket the name of an existing bucket
 * @param region the region of the bucket
 * @param prefix the beginning of all names in the bucket
 * @param accessKey the id of the key
 * @param secretKey the key that signs requests
 */
public record S3Settings(@Default("\"\"") String endpoint, @Default("\"\"") String bucket,
        @Default("\"us-east-1\"") String region, @Default("\"\"") String prefix,
        @Default("\"\"") Secret accessKey, @Default("\"\"") Secret secretKey) {
    private static final String SECTION = "upload_s3";

    /** Reads the section. Reports invalid settings to the configuration. */
    public static S3Settings of(Config config) {
        var settings = config.section(SECTION, S3Settings.class);
        if (!settings.isUsed()) return settings;
        if (!settings.endpoint.matches("https?://[^/?#@]+/?")) config.problem(List.of(SECTION, "endpoint"),
                "'endpoint' in [upload_s3] must be a URL such as \"https://s3.example.org\", not \"" + settings.endpoint
                        + "\"");
        if (!settings.bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) config.problem(List.of(SECTION, "bucket"),
                "'bucket' in [upload_s3] must be the name of a bucket, not \"" + settings.bucket + "\"");
        if (!settings.prefix.matches("[A-Za-z0-9_./-]*")) config.problem(List.of(SECTION, "prefix"),
                "'prefix' in [upload_s3] may have only letters, digits and \"-_./\", not \"" + settings.prefix + "\"");
        if (settings.accessKey.value().isBlank() || settings.secretKey.value().isBlank())
            config.problem(List.of(SECTION), "[upload_s3] needs 'access_key' and 'secret_key'");
        return settings;
    }

    /** Returns whether uploads are stored in S3. */
    public boolean isUsed() { return !endpoint.isEmpty(); }

    URI of(String name) {
        return URI.create((endpoint.endsWith("/") ? endpoint : endpoint + "/") + bucket + "/" + prefix + name);
    }
}
