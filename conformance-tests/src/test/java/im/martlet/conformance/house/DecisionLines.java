package im.martlet.conformance.house;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Collects the debug lines of some classes of the server, while it is open. The lines are not printed. */
final class DecisionLines implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<Logger, Level> levels = new HashMap<>(); // as they were before
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.DEBUG) lines.add(event.getFormattedMessage());
        }
    };

    /** @param classes the names of the classes */
    DecisionLines(List<String> classes) {
        appender.start();
        for (String name : classes) {
            var logger = (Logger) LoggerFactory.getLogger(name);
            levels.put(logger, logger.getLevel());
            logger.addAppender(appender);
            logger.setAdditive(false);
            logger.setLevel(Level.DEBUG);
        }
    }

    List<String> lines() { return lines; }

    @Override public void close() {
        levels.forEach((logger, before) -> {
            logger.setLevel(before);
            logger.setAdditive(true);
            logger.detachAppender(appender);
        });
    }
}
