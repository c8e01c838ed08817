package sh.flext.core.application.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;

/**
 * Creates a pipeline with its steps. ALREADY_EXISTS if the name is taken.
 *
 * @param schedule when it is to run by itself, or null
 */
public record CreatePipelineCommand(
        String name,
        String description,
        Set<String> tags,
        Document configuration,
        @Nullable String schedule,
        List<StepDefinition> steps)
        implements PipelineCommand<Pipeline> {

    public CreatePipelineCommand {
        Objects.requireNonNull(configuration, "configuration");
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
        steps = List.copyOf(steps);
    }

    /** A pipeline without steps. */
    public static CreatePipelineCommand named(String name) {
        return new CreatePipelineCommand(name, "", Set.of(), Document.EMPTY, null, List.of());
    }

    /** The same with another description. */
    public CreatePipelineCommand withDescription(String next) {
        return new CreatePipelineCommand(name, next, tags, configuration, schedule, steps);
    }

    /** The same with these tags. */
    public CreatePipelineCommand withTags(String... next) {
        return new CreatePipelineCommand(
                name, description, new LinkedHashSet<>(List.of(next)), configuration, schedule, steps);
    }

    /** The same with another configuration, which every step can read. */
    public CreatePipelineCommand withConfiguration(Document next) {
        return new CreatePipelineCommand(name, description, tags, next, schedule, steps);
    }

    /** The same with a schedule. */
    public CreatePipelineCommand withSchedule(String next) {
        return new CreatePipelineCommand(name, description, tags, configuration, next, steps);
    }

    /** The same with one more step. */
    public CreatePipelineCommand withStep(StepDefinition step) {
        List<StepDefinition> next = new ArrayList<>(steps);
        next.add(step);
        return new CreatePipelineCommand(name, description, tags, configuration, schedule, next);
    }

    /** The same with one more step, which runs after those before it. */
    public CreatePipelineCommand withStep(String stepName, String stepType) {
        return withStep(StepDefinition.of(stepName, stepType));
    }
}
