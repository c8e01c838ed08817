package sh.flext.core.domain.pipeline;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.ValueObject;

/**
 * What describes a pipeline beside its steps and its schedule.
 *
 * @param name unique among pipelines
 * @param description what it is for
 * @param tags at most {@value #MAX_TAGS}, in the order in which they were added
 * @param configuration an object, handed to every step
 * @param limits how many executions may be under way
 */
public record PipelineDetails(
        PipelineName name,
        PipelineDescription description,
        Set<Tag> tags,
        Document configuration,
        ExecutionLimits limits)
        implements ValueObject {

    /** The most tags a pipeline may have. */
    public static final int MAX_TAGS = 50;

    public PipelineDetails {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(limits, "limits");
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException(tags.size() + " tags are more than " + MAX_TAGS);
        }
        if (!configuration.isObject()) {
            throw new IllegalArgumentException("the configuration of a pipeline must be an object");
        }
    }

    /** A name alone. */
    public static PipelineDetails of(PipelineName name) {
        return new PipelineDetails(name, PipelineDescription.EMPTY, Set.of(), Document.EMPTY, ExecutionLimits.NONE);
    }

    /** The same with another name. */
    public PipelineDetails withName(PipelineName next) {
        return new PipelineDetails(next, description, tags, configuration, limits);
    }

    /** The same with another description. */
    public PipelineDetails withDescription(PipelineDescription next) {
        return new PipelineDetails(name, next, tags, configuration, limits);
    }

    /** The same with other tags, at most {@value #MAX_TAGS}. */
    public PipelineDetails withTags(Collection<Tag> next) {
        return new PipelineDetails(name, description, new LinkedHashSet<>(next), configuration, limits);
    }

    /** The same with another configuration, which must be an object. */
    public PipelineDetails withConfiguration(Document next) {
        return new PipelineDetails(name, description, tags, next, limits);
    }

    /** The same with other limits. */
    public PipelineDetails withLimits(ExecutionLimits next) {
        return new PipelineDetails(name, description, tags, configuration, next);
    }
}
