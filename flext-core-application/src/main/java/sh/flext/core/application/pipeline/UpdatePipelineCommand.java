package sh.flext.core.application.pipeline;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;

/**
 * Changes what describes a pipeline; what is null stays as it is. NOT_FOUND, or ALREADY_EXISTS if the new name is taken.
 *
 * @param schedule the new schedule
 * @param unscheduled whether the schedule is taken away; not together with a new one
 * @param limits the new limits; {@link ExecutionLimits#NONE} takes them away
 */
public record UpdatePipelineCommand(
        String pipelineId,
        @Nullable String name,
        @Nullable String description,
        @Nullable Set<String> tags,
        @Nullable Document configuration,
        @Nullable ScheduleDefinition schedule,
        boolean unscheduled,
        @Nullable ExecutionLimits limits)
        implements PipelineCommand<Pipeline> {

    public UpdatePipelineCommand {
        tags = tags == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(tags));
    }

    /** An update that changes nothing yet. */
    public static UpdatePipelineCommand of(PipelineId id) {
        return new UpdatePipelineCommand(id.toString(), null, null, null, null, null, false, null);
    }

    /** The same with a new name. */
    public UpdatePipelineCommand withName(String next) {
        return new UpdatePipelineCommand(
                pipelineId, next, description, tags, configuration, schedule, unscheduled, limits);
    }

    /** The same with a new description. */
    public UpdatePipelineCommand withDescription(String next) {
        return new UpdatePipelineCommand(pipelineId, name, next, tags, configuration, schedule, unscheduled, limits);
    }

    /** The same with new tags in place of all there are. */
    public UpdatePipelineCommand withTags(String... next) {
        return new UpdatePipelineCommand(
                pipelineId,
                name,
                description,
                new LinkedHashSet<>(List.of(next)),
                configuration,
                schedule,
                unscheduled,
                limits);
    }

    /** The same with a new configuration. */
    public UpdatePipelineCommand withConfiguration(Document next) {
        return new UpdatePipelineCommand(pipelineId, name, description, tags, next, schedule, unscheduled, limits);
    }

    /** The same with a new schedule in UTC. */
    public UpdatePipelineCommand withSchedule(String expression) {
        return withSchedule(ScheduleDefinition.of(expression));
    }

    /** The same with a new schedule. */
    public UpdatePipelineCommand withSchedule(ScheduleDefinition next) {
        return new UpdatePipelineCommand(pipelineId, name, description, tags, configuration, next, false, limits);
    }

    /** The same, taking the schedule away. */
    public UpdatePipelineCommand withoutSchedule() {
        return new UpdatePipelineCommand(pipelineId, name, description, tags, configuration, null, true, limits);
    }

    /** The same with new limits. */
    public UpdatePipelineCommand withLimits(ExecutionLimits next) {
        return new UpdatePipelineCommand(
                pipelineId, name, description, tags, configuration, schedule, unscheduled, next);
    }
}
