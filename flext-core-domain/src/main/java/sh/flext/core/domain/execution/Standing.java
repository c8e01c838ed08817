package sh.flext.core.domain.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.StepGraph;

/** Where an execution stands as a whole: all but what it did with each step. */
record Standing(
        ExecutionRequest request,
        StepGraph graph,
        long number,
        ExecutionStatus status,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Instant updatedAt,
        String node,
        int resumptions,
        int takeovers,
        @Nullable RecordedError error) {

    /** Of a new execution: pending. */
    static Standing requested(ExecutionRequest request, StepGraph graph, long number, Instant at) {
        return new Standing(request, graph, number, ExecutionStatus.PENDING, at, null, null, at, "", 0, 0, null);
    }

    Standing at(Instant now) {
        return new Standing(
                request,
                graph,
                number,
                status,
                requestedAt,
                startedAt,
                finishedAt,
                now,
                node,
                resumptions,
                takeovers,
                error);
    }

    Standing started(String by, Instant now) {
        return new Standing(
                request, graph, number, ExecutionStatus.RUNNING, requestedAt, now, null, now, by, 0, 0, null);
    }

    Standing resumed(String by, boolean takeover, Instant now) {
        return new Standing(
                request,
                graph,
                number,
                status,
                requestedAt,
                startedAt,
                null,
                now,
                by,
                resumptions + 1,
                takeover ? takeovers + 1 : takeovers,
                null);
    }

    Standing ended(ExecutionStatus how, @Nullable RecordedError why, Instant now) {
        return new Standing(
                request, graph, number, how, requestedAt, startedAt, now, now, node, resumptions, takeovers, why);
    }
}
