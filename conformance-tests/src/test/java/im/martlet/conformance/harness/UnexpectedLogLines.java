package im.martlet.conformance.harness;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * Listens, while it is open, for what should never be read in the server's log: bugs, and exceptions that nobody
 * expected.
 */
public final class UnexpectedLogLines implements AutoCloseable {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override protected void append(ILoggingEvent e) {
            if (!e.getLevel().isGreaterOrEqual(Level.WARN) || !e.getLoggerName().startsWith("im.martlet.")) return;
            if (e.getThrowableProxy() != null)
                heard.add(e + ": " + e.getThrowableProxy().getClassName() + ": " + e.getThrowableProxy().getMessage());
            else if (e.getFormattedMessage().contains("bug")) heard.add(e.toString());
        }
    };

    public UnexpectedLogLines() {
        appender.start();
        root.addAppender(appender);
    }

    public List<String> heard() { return heard; }

    @Override public void close() { root.detachAppender(appender); }
}
