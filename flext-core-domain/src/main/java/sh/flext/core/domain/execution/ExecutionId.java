package sh.flext.core.domain.execution;

import java.util.UUID;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.result.Result;

/** The identity of an execution. */
public record ExecutionId(UUID value) implements EntityId, Comparable<ExecutionId> {

    /** For values the code vouches for; any but a UUID of version 7 is a bug. */
    public ExecutionId {
        EntityId.requireVersion7(value);
    }

    /** For values from outside; a bad one is an answer. */
    public static Result<ExecutionId> parse(String raw) {
        return EntityId.parse("executionId", raw, ExecutionId::new);
    }

    /** The order of creation, to the millisecond: that of the unsigned bits. */
    @Override
    public int compareTo(ExecutionId other) {
        return EntityId.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
