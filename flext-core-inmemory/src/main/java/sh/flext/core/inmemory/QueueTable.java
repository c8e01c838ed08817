package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;

/**
 * The executions that have not ended, each at one place. Immutable. What becomes due moves from one place to the next
 * when somebody looks; each change costs the logarithm of the length.
 *
 * @param entries all of them
 * @param waiting those due later, the next first
 * @param ready those to be claimed, the first to be claimed first
 * @param leased those with a node, the first whose lease ends first
 */
record QueueTable(
        HashMap<ExecutionId, QueueEntry> entries,
        TreeSet<QueueEntry> waiting,
        TreeSet<QueueEntry> ready,
        TreeSet<QueueEntry> leased) {

    static final QueueTable EMPTY = new QueueTable(
            HashMap.empty(),
            TreeSet.empty(QueueEntry.BY_DUE),
            TreeSet.empty(QueueEntry.BY_PRIORITY),
            TreeSet.empty(QueueEntry.BY_LEASE_END));

    /** The queue after a claim, and what the claim got. */
    record Claimed(QueueTable queue, Claim claim) {}

    /** The queue after an execution was saved. */
    QueueTable saved(PipelineExecution execution, Instant now) {
        QueueEntry entry = find(execution.id());
        if (execution.status().isTerminal()) {
            return entry == null ? this : without(entry);
        }
        Instant waitsUntil = execution.waitsUntil().orElse(null);
        if (waitsUntil != null) {
            QueueEntry known = entry == null ? QueueEntry.ready(execution, now) : entry;
            return with(known.dueAt(due(execution, waitsUntil, now), now));
        }
        if (entry == null) {
            return with(QueueEntry.ready(execution, now));
        }
        return entry.place() == QueueEntry.Place.WAITING ? with(entry.dueAt(now, now)) : this;
    }

    /** The queue after an execution came to it that a node has already. */
    QueueTable leasedAtOnce(PipelineExecution execution, Instant now, Duration leaseFor) {
        Lease lease = new Lease(execution.id(), execution.node(), now, now.plus(leaseFor), false);
        return with(QueueEntry.ready(execution, now).leased(lease));
    }

    /** Whether this is another object than {@code before}: comparing the contents would cost more than it saves. */
    @SuppressWarnings("ReferenceEquality")
    boolean isNot(QueueTable before) {
        return this != before;
    }

    /** Whether a claim could get anything at all. */
    boolean hasWork(Instant now) {
        return !ready.isEmpty()
                || (!waiting.isEmpty() && !waiting.head().due().isAfter(now))
                || (!leased.isEmpty() && hasRunOut(leased.head(), now));
    }

    /** See {@link sh.flext.core.ports.execution.ExecutionQueue#claim}. */
    Claimed claim(String node, Set<StepType> types, int max, Duration leaseFor, Instant now) {
        QueueTable queue = caughtUp(now);
        List<QueueEntry> chosen = new ArrayList<>();
        boolean more = false;
        for (Iterator<QueueEntry> all = queue.ready.iterator(); all.hasNext() && !more; ) {
            QueueEntry entry = all.next();
            if (types.containsAll(entry.types())) {
                more = chosen.size() == max;
                if (!more) {
                    chosen.add(entry);
                }
            }
        }
        List<Lease> leases = new ArrayList<>(chosen.size());
        for (QueueEntry entry : chosen) {
            Lease lease = new Lease(entry.id(), node, now, now.plus(leaseFor), entry.lease() != null);
            leases.add(lease);
            queue = queue.with(entry.leased(lease));
        }
        return new Claimed(queue, new Claim(leases, more ? Duration.ZERO : queue.next(types, now)));
    }

    /** How long until something is due, or a lease ends, of what a node can run; null if there is nothing. */
    @Nullable
    Duration next(Set<StepType> types, Instant now) {
        Instant next = null;
        for (QueueEntry entry : waiting) {
            if (types.containsAll(entry.types())) {
                next = entry.due();
                break;
            }
        }
        for (QueueEntry entry : leased) {
            Lease lease = entry.lease();
            if (lease != null && types.containsAll(entry.types())) {
                next = next == null || lease.until().isBefore(next) ? lease.until() : next;
                break;
            }
        }
        if (next == null) {
            return null;
        }
        return next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
    }

    /** The queue after a node's lease was prolonged; null if the node does not hold it. */
    @Nullable
    QueueTable renewed(ExecutionId id, String node, Instant until) {
        QueueEntry entry = find(id);
        Lease lease = entry == null ? null : entry.lease();
        return entry == null || lease == null || !lease.node().equals(node)
                ? null
                : with(entry.leased(new Lease(id, node, lease.claimedAt(), until, lease.takeover())));
    }

    /** The queue after a node gave a lease back; the same if the node does not hold it. */
    QueueTable released(ExecutionId id, String node, Instant now) {
        QueueEntry entry = find(id);
        return entry == null || !entry.isHeldBy(node)
                ? this
                : with(entry.dueAt(entry.due().isAfter(now) ? now : entry.due(), now));
    }

    /** The queue with what is due, and what was leased for long enough, ready to be claimed. */
    private QueueTable caughtUp(Instant now) {
        QueueTable queue = this;
        while (!queue.waiting.isEmpty() && !queue.waiting.head().due().isAfter(now)) {
            queue = queue.with(queue.waiting.head().ready());
        }
        while (!queue.leased.isEmpty() && hasRunOut(queue.leased.head(), now)) {
            queue = queue.with(queue.leased.head().ready());
        }
        return queue;
    }

    private static boolean hasRunOut(QueueEntry entry, Instant now) {
        Lease lease = entry.lease();
        return lease == null || !lease.until().isAfter(now);
    }

    /**
     * When a waiting execution is due, by the store's clock: a first start is at an instant that somebody named; a
     * retry is some time after the failure, however the clock of the node that saw it may go.
     */
    private static Instant due(PipelineExecution execution, Instant waitsUntil, Instant now) {
        if (execution.status() == ExecutionStatus.PENDING) {
            Instant runAt = execution.executionRequest().runAt();
            return runAt == null ? now : runAt;
        }
        Duration wait = Duration.between(execution.updatedAt(), waitsUntil);
        return wait.isNegative() ? now : now.plus(wait);
    }

    private @Nullable QueueEntry find(ExecutionId id) {
        return entries.get(id).getOrNull();
    }

    private QueueTable with(QueueEntry entry) {
        QueueEntry before = find(entry.id());
        QueueTable queue = before == null ? this : without(before);
        HashMap<ExecutionId, QueueEntry> next = queue.entries.put(entry.id(), entry);
        return switch (entry.place()) {
            case WAITING -> new QueueTable(next, queue.waiting.add(entry), queue.ready, queue.leased);
            case READY -> new QueueTable(next, queue.waiting, queue.ready.add(entry), queue.leased);
            case LEASED -> new QueueTable(next, queue.waiting, queue.ready, queue.leased.add(entry));
        };
    }

    private QueueTable without(QueueEntry entry) {
        HashMap<ExecutionId, QueueEntry> next = entries.remove(entry.id());
        return switch (entry.place()) {
            case WAITING -> new QueueTable(next, waiting.remove(entry), ready, leased);
            case READY -> new QueueTable(next, waiting, ready.remove(entry), leased);
            case LEASED -> new QueueTable(next, waiting, ready, leased.remove(entry));
        };
    }
}
