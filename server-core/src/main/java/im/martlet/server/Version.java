package im.martlet.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this Martlet. */
public final class Version {
    private Version() {}

    /** Returns the version of the build, such as {@code 0.1.0}. */
    public static String current() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
