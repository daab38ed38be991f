package im.martlet.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import im.martlet.config.Config;
import im.martlet.config.LogLevels;
import im.martlet.config.NearestName;
import im.martlet.config.Settings;
import im.martlet.extension.ClassFiles;
import im.martlet.extension.Extension;
import im.martlet.storage.db.Database;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts {@code [server] log} into force, and checks the names of its parts. The only class that knows Logback. */
final class Logback {
    private static final List<String> PREFIXES = List.of("im.martlet.", "im.martlet.extensions.");

    private Logback() {}

    /** Sets the levels of all parts. A part that only the previous levels name gets the default again. */
    static void apply(LogLevels previous, LogLevels levels) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) return;
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(levels.level(), Level.INFO));
        previous.parts().keySet().forEach(part -> set(context, part, null));
        levels.parts().forEach((part, level) -> set(context, part, Level.toLevel(level)));
    }

    private static void set(LoggerContext context, String part, @Nullable Level level) {
        for (String prefix : PREFIXES) context.getLogger(prefix + part).setLevel(level);
    }

    /** Reports each part in {@code [server] log} that is not a package of the server or of an extension. */
    static void checkParts(Config config, Collection<Extension> extensions) {
        var levels = config.section("server", Settings.Server.class).log();
        if (levels.parts().isEmpty()) return;
        var parts = parts(extensions);
        for (String part : levels.parts().keySet()) if (!parts.contains(part))
            config.problem(List.of("server", "log", part), "unknown part '" + part + "' in 'log' of [server]"
                    + NearestName.of(part, parts).map(near -> "; did you mean '" + near + "'?").orElse(""));
    }

    private static Set<String> parts(Collection<Extension> extensions) {
        var parts = new TreeSet<String>();
        var anchors = Stream.<Class<?>>concat(Stream.of(Logback.class, Database.class),
                extensions.stream().map(Object::getClass));
        ClassFiles.beside(anchors).forEach((name, _) -> PREFIXES.forEach(prefix -> {
            int end = name.startsWith(prefix) ? name.indexOf('.', prefix.length()) : -1;
            if (end > 0) parts.add(name.substring(prefix.length(), end));
        }));
        return parts;
    }
}
