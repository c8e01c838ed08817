package sh.flext.core.application.execution;

import java.time.Duration;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.ports.eventstore.EventMetadata;

/**
 * An append that one run makes.
 *
 * @param next the execution with the events to append
 * @param decisions how many of the run's decisions went into it
 * @param retryAfter when to repeat it if it gets no answer
 */
record Checkpoint(PipelineExecution next, int decisions, EventMetadata metadata, Duration retryAfter) {

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    static Checkpoint of(PipelineExecution next, int decisions, EventMetadata metadata) {
        return new Checkpoint(next, decisions, metadata, FIRST_RETRY);
    }

    /** The same append, to be repeated later if it gets no answer again. */
    Checkpoint tried() {
        Duration doubled = retryAfter.multipliedBy(2);
        return new Checkpoint(
                next, decisions, metadata, doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY);
    }
}
