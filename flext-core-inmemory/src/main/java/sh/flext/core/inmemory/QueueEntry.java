package sh.flext.core.inmemory;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Lease;

/**
 * An execution's place in the queue.
 *
 * @param types those of its steps
 * @param due not to be claimed before
 * @param lease the last one; null if it never had one, or that one was given back or ended by a save. On an entry that
 *     is {@link Place#READY} it has run out, and its holder may still renew it
 */
record QueueEntry(
        ExecutionId id,
        int priority,
        Set<StepType> types,
        Place place,
        Instant due,
        @Nullable Lease lease) {

    /** Where an entry stands. */
    enum Place {
        /** Due later, and with no lease. */
        WAITING,
        /** To be claimed now. */
        READY,
        /** With a node, or left by one whose lease ran out since the last look. */
        LEASED
    }

    static final Comparator<QueueEntry> BY_DUE =
            Comparator.comparing(QueueEntry::due).thenComparing(QueueEntry::id);

    static final Comparator<QueueEntry> BY_PRIORITY = Comparator.comparingInt(QueueEntry::priority)
            .reversed()
            .thenComparing(QueueEntry::freeSince)
            .thenComparing(QueueEntry::id);

    static final Comparator<QueueEntry> BY_LEASE_END =
            Comparator.comparing(QueueEntry::leaseEnd).thenComparing(QueueEntry::id);

    static QueueEntry ready(PipelineExecution execution, Instant due) {
        Set<StepType> types = execution.executionRequest().steps().stream()
                .map(PipelineStep::type)
                .collect(Collectors.toUnmodifiableSet());
        return new QueueEntry(execution.id(), execution.executionRequest().priority(), types, Place.READY, due, null);
    }

    /** Without a lease, due at a time. */
    QueueEntry dueAt(Instant at, Instant now) {
        return new QueueEntry(id, priority, types, at.isAfter(now) ? Place.WAITING : Place.READY, at, null);
    }

    /** To be claimed now; with the lease that ran out, if there is one. */
    QueueEntry ready() {
        return new QueueEntry(id, priority, types, Place.READY, due, lease);
    }

    QueueEntry leased(Lease next) {
        return new QueueEntry(id, priority, types, Place.LEASED, due, next);
    }

    boolean isHeldBy(String node) {
        return lease != null && lease.node().equals(node);
    }

    /** Since when it can be claimed, of one that is ready. */
    private Instant freeSince() {
        return lease == null ? due : lease.until();
    }

    private Instant leaseEnd() {
        return Objects.requireNonNull(lease, "lease").until();
    }
}
