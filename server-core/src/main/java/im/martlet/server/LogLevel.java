package im.martlet.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The least level that is logged. */
final class LogLevel {
    private LogLevel() {}

    static void set(String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback)
            logback.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level, Level.INFO));
    }
}
