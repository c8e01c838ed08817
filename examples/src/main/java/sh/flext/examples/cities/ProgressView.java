package sh.flext.examples.cities;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.messaging.EventHandler;

/**
 * Prints a line for whatever happens while it happens: what steps report about themselves, and the events that the
 * engine has stored. Thread-safe.
 */
final class ProgressView implements ProgressListener, EventHandler {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ENGLISH);

    private final PrintStream out;
    private final InstantSource clock;

    ProgressView(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public void onProgress(StepProgress progress) {
        String of = progress.total() > 0 ? format(" of %,d", progress.total()) : "";
        line(clock.instant(), progress.stepName(), format("%,d%s rows %s", progress.done(), of, progress.note()));
    }

    @Override
    public void handle(DomainEvent event, EventMetadata metadata) {
        if (event instanceof PipelineExecutionResumed resumed) {
            line(resumed.occurredAt(), "(execution)", "carried on where it was left");
        } else if (event instanceof StepStarted started) {
            line(started.occurredAt(), started.stepName(), "started" + attempt(started.attempt()));
        } else if (event instanceof StepCompleted completed) {
            line(completed.occurredAt(), completed.stepName(), "completed");
        } else if (event instanceof StepFailed failed) {
            line(
                    failed.occurredAt(),
                    failed.stepName(),
                    "FAILED: " + failed.error().message());
            line(failed.occurredAt(), failed.stepName(), next(failed, failed.retryAt()));
        } else if (event instanceof StepSkipped skipped) {
            line(skipped.occurredAt(), skipped.stepName(), "skipped: " + skipped.reason());
        }
    }

    private static String attempt(int attempt) {
        return attempt == 1 ? "" : ", attempt " + attempt;
    }

    private static String next(StepFailed failed, @Nullable Instant retryAt) {
        if (retryAt != null) {
            return format(
                    "attempt %d follows in %.1f s, at %s",
                    failed.attempt() + 1, seconds(failed.occurredAt(), retryAt), time(retryAt));
        }
        return failed.error().kind().isTransient()
                ? "attempt " + failed.attempt() + " was the last"
                : "is not tried again: the error is " + failed.error().kind();
    }

    private void line(Instant at, Object subject, String text) {
        out.println(format("%s  %-14s  %s", time(at), subject, text));
    }

    private static String time(Instant at) {
        return TIME.format(at.atZone(ZoneId.systemDefault()));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ENGLISH, pattern, values);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
