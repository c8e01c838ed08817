package sh.flext.core.application.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import sh.flext.core.application.command.Command;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.command.CommandHandler;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;
import sh.flext.core.ports.observability.Metrics;

class MiddlewareTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    record Pay(int cents) implements Command<String> {}

    @Test
    void deadlines_notPassed_requestIsHandled() {
        CommandBus bus = bus(Middleware.deadlines(() -> NOW), (pay, context) -> Result.success("paid"));

        assertThat(bus.send(new Pay(1), RequestContext.none().withDeadline(NOW.plusNanos(1))))
                .isEqualTo(Result.success("paid"));
        assertThat(bus.send(new Pay(1))).isEqualTo(Result.success("paid"));
    }

    @Test
    void deadlines_passed_timedOutNamingRequestAndDeadlineAndNotHandled() {
        AtomicInteger handled = new AtomicInteger();
        CommandBus bus = bus(
                Middleware.deadlines(() -> NOW), (pay, context) -> Result.success("paid " + handled.incrementAndGet()));

        assertThat(bus.send(new Pay(1), RequestContext.none().withDeadline(NOW)).toError())
                .hasValueSatisfying(error -> {
                    assertThat(error.kind()).isEqualTo(Kind.TIMED_OUT);
                    assertThat(error.code()).isEqualTo("request.deadline");
                    assertThat(error.message()).contains("Pay").contains(NOW.toString());
                });
        assertThat(handled).hasValue(0);
    }

    @Test
    void logging_success_logsNothing() {
        assertThat(loggedBy((pay, context) -> Result.success("paid"))).isEmpty();
    }

    @Test
    void logging_refusal_warnsWithTypeReasonAndCode() {
        assertThat(loggedBy((pay, context) -> Result.failure(RuleViolated.of("account.empty", "nothing is left"))))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.level()).isEqualTo(Level.WARN);
                    assertThat(event.message()).isEqualTo("Pay was refused: nothing is left (account.empty)");
                    assertThat(event.thrown()).isNull();
                });
    }

    @Test
    void logging_handlerThrows_logsTheException() {
        assertThat(loggedBy((pay, context) -> {
                    throw new IllegalStateException("no ink");
                }))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.level()).isEqualTo(Level.ERROR);
                    assertThat(event.message()).contains("Pay").contains("no ink");
                    assertThat(event.thrown()).isInstanceOf(IllegalStateException.class);
                });
    }

    @Test
    void metricsAndTracing_thatThrow_leaveTheAnswerAsItIs() {
        Metrics broken = new Metrics() {
            @Override
            public void increment(String name, String... tags) {
                throw new IllegalStateException("the sink is full");
            }

            @Override
            public void record(String name, Duration duration, String... tags) {
                throw new IllegalStateException("the sink is full");
            }
        };
        CommandBus bus = CommandBus.builder()
                .middleware(Middleware.metrics(broken))
                .middleware(Middleware.tracing((name, attributes) -> {
                    throw new IllegalStateException("no tracer");
                }))
                .handler(Pay.class, (pay, context) -> Result.success("paid"))
                .build();

        assertThat(bus.send(new Pay(1))).isEqualTo(Result.success("paid"));
    }

    private static List<Logged> loggedBy(CommandHandler<Pay, String> handler) {
        RecordingLogger logger = new RecordingLogger();
        bus(Middleware.logging(logger), handler).send(new Pay(1));
        return logger.logged;
    }

    private static CommandBus bus(Middleware middleware, CommandHandler<Pay, String> handler) {
        return CommandBus.builder()
                .middleware(middleware)
                .handler(Pay.class, handler)
                .build();
    }

    /** What was written to a log. */
    record Logged(Level level, String message, @Nullable Throwable thrown) {}

    @SuppressWarnings("serial")
    private static final class RecordingLogger extends LegacyAbstractLogger {

        final List<Logged> logged = new ArrayList<>();

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            logged.add(new Logged(level, MessageFormatter.basicArrayFormat(message, arguments), thrown));
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
