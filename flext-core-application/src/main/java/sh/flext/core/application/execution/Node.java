package sh.flext.core.application.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;

/** All that the runs of one node share. Immutable but for the slots. */
record Node(
        EngineOptions options,
        Adapters adapters,
        StepExecutors executors,
        StepSlots slots,
        Timer timer,
        Executor executor,
        Supplier<UUID> ids,
        DoubleSupplier random,
        Metrics metrics,
        Tracing tracing,
        ProgressListener progressListener) {

    String name() {
        return options.node();
    }

    Instant now() {
        return timer.instant();
    }

    /** What is known about a change that the engine makes for an execution: it belongs to the execution. */
    EventMetadata metadata(PipelineExecution execution) {
        return new EventMetadata(ids.get(), execution.id().toString(), null, Document.EMPTY);
    }

    void publish(List<ExecutionEvent> events, EventMetadata metadata) {
        adapters.eventBus().publish(events, metadata);
    }

    void recordStep(PipelineStep step, Result<Document> result, long startNanos) {
        metrics.record(
                "flext.step",
                Duration.ofNanos(System.nanoTime() - startNanos),
                "type",
                step.type().value(),
                "outcome",
                result.<String>fold(output -> "SUCCESS", error -> error.kind().name()));
    }
}
