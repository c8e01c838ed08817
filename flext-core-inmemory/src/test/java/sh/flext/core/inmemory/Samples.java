package sh.flext.core.inmemory;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.inmemory.testkit.SequentialIds;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.NewEvent;

/** Makes what these tests store. */
final class Samples {

    static final Instant AT = Instant.parse("2026-05-01T10:00:00Z");

    private final SequentialIds ids = new SequentialIds();

    EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }

    DomainEvent event() {
        return new PipelineActivated(new PipelineId(ids.get()), AT);
    }

    List<NewEvent> events(int count) {
        return NewEvent.of(IntStream.range(0, count).mapToObj(i -> event()).toList(), metadata());
    }

    Pipeline pipeline(String name) {
        return Pipeline.create(new PipelineId(ids.get()), new PipelineName(name), AT)
                .addStep(PipelineStep.of("first", "work", 1), AT)
                .orElseThrow();
    }

    PipelineExecution execution(Pipeline pipeline) {
        return execution(ExecutionRequest.of(pipeline).orElseThrow());
    }

    PipelineExecution execution(ExecutionRequest request) {
        return PipelineExecution.request(new ExecutionId(ids.get()), request, AT);
    }
}
