package sh.flext.core.domain.pipeline;

import java.time.Instant;
import sh.flext.core.domain.model.DomainEvent;

/** What can happen to a pipeline's definition. */
public sealed interface PipelineEvent extends DomainEvent {

    /** The pipeline that it happened to. */
    PipelineId pipelineId();

    @Override
    default PipelineId aggregateId() {
        return pipelineId();
    }

    /** A pipeline came to be: active, without steps. */
    record PipelineCreated(PipelineId pipelineId, PipelineDetails details, Instant occurredAt)
            implements PipelineEvent {}

    /**
     * Name, description, tags or configuration changed.
     *
     * @param details all of them, as they are now
     */
    record PipelineUpdated(PipelineId pipelineId, PipelineDetails details, Instant occurredAt)
            implements PipelineEvent {}

    /** The pipeline may be executed again. */
    record PipelineActivated(PipelineId pipelineId, Instant occurredAt) implements PipelineEvent {}

    /** The pipeline may not be executed for now. */
    record PipelineDeactivated(PipelineId pipelineId, Instant occurredAt) implements PipelineEvent {}

    /** The pipeline is gone; its name is free. Executions that run go on. */
    record PipelineDeleted(PipelineId pipelineId, Instant occurredAt) implements PipelineEvent {}

    /** A step was added. */
    record StepAdded(PipelineId pipelineId, PipelineStep step, Instant occurredAt) implements PipelineEvent {}

    /** A step was removed. */
    record StepRemoved(PipelineId pipelineId, StepName stepName, Instant occurredAt) implements PipelineEvent {}

    /**
     * A step was replaced by another of the same name.
     *
     * @param step as it is now
     */
    record StepUpdated(PipelineId pipelineId, PipelineStep step, Instant occurredAt) implements PipelineEvent {}

    /** The schedule was set or changed. */
    record PipelineScheduleUpdated(PipelineId pipelineId, Schedule schedule, Instant occurredAt)
            implements PipelineEvent {}

    /** The schedule was taken away. */
    record PipelineScheduleCleared(PipelineId pipelineId, Instant occurredAt) implements PipelineEvent {}
}
