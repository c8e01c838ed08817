package sh.flext.core.ports.persistence;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionStatus;

/**
 * Figures about the executions of one pipeline.
 *
 * @param counts how many there are of each status; every status is there
 * @param lastRun when the latest was asked for, or null if there is none
 * @param meanDuration the mean time from start to end of those completed, or null if none is
 * @param p95Duration the shortest of these times that 95 % do not exceed (nearest rank), or null if none is completed
 */
public record ExecutionStats(
        Map<ExecutionStatus, Long> counts,
        @Nullable Instant lastRun,
        @Nullable Duration meanDuration,
        @Nullable Duration p95Duration) {

    public ExecutionStats {
        Map<ExecutionStatus, Long> all = new EnumMap<>(ExecutionStatus.class);
        for (ExecutionStatus status : ExecutionStatus.values()) {
            all.put(status, counts.getOrDefault(status, 0L));
        }
        counts = Collections.unmodifiableMap(all);
    }

    /** How many executions there are. */
    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
