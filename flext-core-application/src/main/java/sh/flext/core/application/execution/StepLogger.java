package sh.flext.core.application.execution;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import sh.flext.core.domain.pipeline.StepType;

/** SLF4J behind the logger interface of the JDK, which is the one that the ports can name. */
final class StepLogger implements System.Logger {

    private final Logger logger;

    StepLogger(StepType type) {
        logger = LoggerFactory.getLogger("sh.flext.step." + type);
    }

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public boolean isLoggable(System.Logger.Level level) {
        return level != System.Logger.Level.OFF && logger.isEnabledForLevel(slf4j(level));
    }

    @Override
    public void log(
            System.Logger.Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            LoggingEventBuilder event = logger.atLevel(slf4j(level));
            (thrown == null ? event : event.setCause(thrown)).log(message);
        }
    }

    @Override
    public void log(
            System.Logger.Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        if (isLoggable(level) && format != null) {
            String text =
                    parameters == null || parameters.length == 0 ? format : MessageFormat.format(format, parameters);
            logger.atLevel(slf4j(level)).log(text);
        }
    }

    private static org.slf4j.event.Level slf4j(System.Logger.Level level) {
        return switch (level) {
            case ALL, TRACE -> org.slf4j.event.Level.TRACE;
            case DEBUG -> org.slf4j.event.Level.DEBUG;
            case INFO -> org.slf4j.event.Level.INFO;
            case WARNING -> org.slf4j.event.Level.WARN;
            case ERROR, OFF -> org.slf4j.event.Level.ERROR;
        };
    }
}
