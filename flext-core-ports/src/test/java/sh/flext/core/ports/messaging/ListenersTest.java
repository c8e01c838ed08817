package sh.flext.core.ports.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final Reports reports = new Reports();
    private final Listeners<Runnable> listeners = new Listeners<>("a tester", reports);
    private final List<String> told = new ArrayList<>();

    @Test
    void tell_someThrow_allAreToldAndEachThatThrewIsReportedWithItsCause() {
        IllegalStateException exception = new IllegalStateException("on purpose");
        AssertionError error = new AssertionError("on purpose too");
        listeners.add(() -> {
            throw exception;
        });
        listeners.add(() -> told.add("between"));
        listeners.add(() -> {
            throw error;
        });
        listeners.add(() -> told.add("last"));

        listeners.tell(Runnable::run);

        assertThat(told).containsExactly("between", "last");
        assertThat(reports.thrown).containsExactly(exception, error);
        assertThat(reports.messages).allMatch(message -> message.startsWith("ERROR a tester threw"));
    }

    @Test
    void tell_nobodyThrows_reportsNothing() {
        listeners.add(() -> told.add("one"));

        listeners.tell(Runnable::run);

        assertThat(told).containsExactly("one");
        assertThat(reports.messages).isEmpty();
    }

    private static final class Reports implements System.Logger {

        final List<String> messages = new ArrayList<>();
        final List<@Nullable Throwable> thrown = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable cause) {
            messages.add(level + " " + message);
            thrown.add(cause);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... arguments) {
            messages.add(level + " " + format);
        }
    }
}
