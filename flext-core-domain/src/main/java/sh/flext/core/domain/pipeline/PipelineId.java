package sh.flext.core.domain.pipeline;

import java.util.UUID;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.result.Result;

/** The identity of a pipeline. */
public record PipelineId(UUID value) implements EntityId, Comparable<PipelineId> {

    /** For values the code vouches for; any but a UUID of version 7 is a bug. */
    public PipelineId {
        EntityId.requireVersion7(value);
    }

    /** For values from outside; a bad one is an answer. */
    public static Result<PipelineId> parse(String raw) {
        return EntityId.parse("pipelineId", raw, PipelineId::new);
    }

    /** The order of creation, to the millisecond: that of the unsigned bits. */
    @Override
    public int compareTo(PipelineId other) {
        return EntityId.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
