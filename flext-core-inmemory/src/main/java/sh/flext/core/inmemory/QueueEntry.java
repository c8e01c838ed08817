package sh.flext.core.inmemory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.StepProgress;

/**
 * An execution's place in the queue.
 *
 * @param types those of its steps
 * @param due not to be claimed before
 * @param lease the last one; null if it never had one, or that one was given back or ended by a save. On an entry that
 *     is {@link Place#READY} it has run out, and its holder may still renew it
 * @param progress how far its steps were when the lease was renewed last; empty without a lease
 * @param limitedBy the pipeline whose limits hold for it, or null
 * @param admittedAt when these let it be claimed first; null before that, and if there are none
 */
record QueueEntry(
        ExecutionId id,
        int priority,
        Set<StepType> types,
        Place place,
        Instant due,
        @Nullable Lease lease,
        List<StepProgress> progress,
        @Nullable PipelineId limitedBy,
        @Nullable Instant admittedAt) {

    /** Where an entry stands. */
    enum Place {
        /** Due later, and with no lease. */
        WAITING,
        /** To be claimed as soon as the limits of its pipeline let it. */
        AT_GATE,
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
        PipelineId limitedBy = execution.executionRequest().limited() ? execution.pipelineId() : null;
        return new QueueEntry(
                execution.id(),
                execution.executionRequest().priority(),
                types,
                limitedBy == null ? Place.READY : Place.AT_GATE,
                due,
                null,
                List.of(),
                limitedBy,
                null);
    }

    /** Without a lease, due at a time. */
    QueueEntry dueAt(Instant at, Instant now) {
        return at(at.isAfter(now) ? Place.WAITING : placeWhenDue(), at, null, List.of(), admittedAt);
    }

    /** To be claimed now; with the lease that ran out, if there is one. */
    QueueEntry ready() {
        return at(placeWhenDue(), due, lease, progress, admittedAt);
    }

    QueueEntry leased(Lease next, List<StepProgress> known) {
        return at(Place.LEASED, due, next, known, next.admittedAt());
    }

    /** Started by somebody who had not claimed it: it counts from then on. The same if it counts already, or never will. */
    QueueEntry started(Instant at) {
        return limitedBy == null || admittedAt != null ? this : at(Place.READY, due, lease, progress, at);
    }

    private QueueEntry at(
            Place next,
            Instant nextDue,
            @Nullable Lease nextLease,
            List<StepProgress> nextProgress,
            @Nullable Instant admitted) {
        return new QueueEntry(id, priority, types, next, nextDue, nextLease, nextProgress, limitedBy, admitted);
    }

    private Place placeWhenDue() {
        return isGated() ? Place.AT_GATE : Place.READY;
    }

    /** Whether limits hold it back, or will when it is due. */
    boolean isGated() {
        return limitedBy != null && admittedAt == null;
    }

    boolean isHeldBy(String node) {
        return lease != null && lease.node().equals(node);
    }

    /** From when on it can be claimed, limits aside. */
    Instant freeSince() {
        return lease == null ? due : lease.until();
    }

    private Instant leaseEnd() {
        return Objects.requireNonNull(lease, "lease").until();
    }
}
