package sh.flext.core.ports.execution;

import java.util.Set;
import sh.flext.core.domain.execution.ExecutionId;

/**
 * What a node learns when it renews its leases.
 *
 * @param lost executions it holds no lease on any more: they are another's, they ended, or nobody's
 * @param cancelled those among the lost that were cancelled
 */
public record Renewal(Set<ExecutionId> lost, Set<ExecutionId> cancelled) {

    public Renewal {
        lost = Set.copyOf(lost);
        cancelled = Set.copyOf(cancelled);
    }
}
