package im.martlet.conformance.harness;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Collects warnings of the server's log that report a bug or an exception, while it is open. */
public final class UnexpectedLogLines implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override protected void append(ILoggingEvent e) {
            if (!e.getLevel().isGreaterOrEqual(Level.WARN) || !e.getLoggerName().startsWith("im.martlet.")) return;
            if (e.getThrowableProxy() != null)
                lines.add(e + ": " + e.getThrowableProxy().getClassName() + ": " + e.getThrowableProxy().getMessage());
            else if (e.getFormattedMessage().contains("bug")) lines.add(e.toString());
        }
    };

    public UnexpectedLogLines() {
        appender.start();
        root.addAppender(appender);
    }

    public List<String> lines() { return lines; }

    @Override public void close() { root.detachAppender(appender); }
}
