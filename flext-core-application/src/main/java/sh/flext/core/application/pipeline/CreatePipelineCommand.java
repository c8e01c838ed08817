package sh.flext.core.application.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;

/**
 * Creates a pipeline with its steps. ALREADY_EXISTS if the name is taken.
 *
 * @param schedule when it is to run by itself, or null
 * @param limits how many executions may be under way
 */
public record CreatePipelineCommand(
        String name,
        String description,
        Set<String> tags,
        Document configuration,
        @Nullable ScheduleDefinition schedule,
        ExecutionLimits limits,
        List<StepDefinition> steps)
        implements PipelineCommand<Pipeline> {

    public CreatePipelineCommand {
        Objects.requireNonNull(configuration, "configuration");
        Objects.requireNonNull(limits, "limits");
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
        steps = List.copyOf(steps);
    }

    /** A pipeline without steps. */
    public static CreatePipelineCommand named(String name) {
        return new CreatePipelineCommand(name, "", Set.of(), Document.EMPTY, null, ExecutionLimits.NONE, List.of());
    }

    /** The same with another description. */
    public CreatePipelineCommand withDescription(String next) {
        return new CreatePipelineCommand(name, next, tags, configuration, schedule, limits, steps);
    }

    /** The same with these tags. */
    public CreatePipelineCommand withTags(String... next) {
        return new CreatePipelineCommand(
                name, description, new LinkedHashSet<>(List.of(next)), configuration, schedule, limits, steps);
    }

    /** The same with another configuration, which every step can read. */
    public CreatePipelineCommand withConfiguration(Document next) {
        return new CreatePipelineCommand(name, description, tags, next, schedule, limits, steps);
    }

    /** The same with a schedule in UTC. */
    public CreatePipelineCommand withSchedule(String expression) {
        return withSchedule(ScheduleDefinition.of(expression));
    }

    /** The same with a schedule. */
    public CreatePipelineCommand withSchedule(ScheduleDefinition next) {
        return new CreatePipelineCommand(name, description, tags, configuration, next, limits, steps);
    }

    /** The same with limits. */
    public CreatePipelineCommand withLimits(ExecutionLimits next) {
        return new CreatePipelineCommand(name, description, tags, configuration, schedule, next, steps);
    }

    /** The same with one more step. */
    public CreatePipelineCommand withStep(StepDefinition step) {
        List<StepDefinition> next = new ArrayList<>(steps);
        next.add(step);
        return new CreatePipelineCommand(name, description, tags, configuration, schedule, limits, next);
    }

    /** The same with one more step, which runs after those before it. */
    public CreatePipelineCommand withStep(String stepName, String stepType) {
        return withStep(StepDefinition.of(stepName, stepType));
    }
}
