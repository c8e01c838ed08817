package sh.flext.core.ports.execution;

import java.util.Map;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;

/** All that one attempt of one step is given. Thread-safe. */
public interface StepContext {

    /** The execution that the step belongs to. */
    ExecutionId executionId();

    /** The execution's number among those of its pipeline, from 1. */
    long executionNumber();

    /** The pipeline. */
    PipelineId pipelineId();

    /** The pipeline's name when the execution was asked for. */
    PipelineName pipelineName();

    /** The step. */
    StepName stepName();

    /** Which attempt this is, from 1. */
    int attempt();

    /**
     * The same for every attempt of this step in this execution and for no other: hand it to services outside, so that
     * they know a repeat.
     */
    String idempotencyKey();

    /** What the execution was given; an object. */
    Document input();

    /** The step's own configuration; an object. */
    Document configuration();

    /** The pipeline's configuration; an object. */
    Document pipelineConfiguration();

    /** What the steps that this one depends on directly answered, by name. */
    Map<StepName, Document> outputs();

    /** What one of the steps that this one depends on directly answered, or a failure that names it. */
    Result<Document> output(String stepName);

    /** Tells the step that it should stop. */
    CancellationToken cancellation();

    /**
     * Tells whoever looks how far the step is, instead of what was told before. Returns at once and stores nothing: the
     * last word is stored with the next renewal of the execution's lease, and is gone when the attempt ends.
     *
     * @param done how much is done
     * @param total how much there is in all, or 0 where that is not known
     * @param note what was done, in words: {@code "rows read"}
     */
    void progress(long done, long total, String note);

    /** A logger named after the step's type, over SLF4J. While the step runs, SLF4J's MDC has the ids. */
    System.Logger logger();
}
