package sh.flext.core.inmemory;

import io.vavr.collection.HashMap;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.StepProgress;

/**
 * The executions that have not ended, each at one place. Immutable. What becomes due moves from one place to the next
 * when somebody looks; each change costs the logarithm of the length.
 *
 * @param entries all of them
 * @param waiting those due later, the next first
 * @param ready those to be claimed, the first to be claimed first
 * @param leased those with a node, the first whose lease ends first
 * @param gates who waits for the limits of pipelines, and who counts for them
 */
record QueueTable(
        HashMap<ExecutionId, QueueEntry> entries,
        TreeSet<QueueEntry> waiting,
        TreeSet<QueueEntry> ready,
        TreeSet<QueueEntry> leased,
        Gates gates) {

    static final QueueTable EMPTY = new QueueTable(
            HashMap.empty(),
            TreeSet.empty(QueueEntry.BY_DUE),
            TreeSet.empty(QueueEntry.BY_PRIORITY),
            TreeSet.empty(QueueEntry.BY_LEASE_END),
            Gates.NONE);

    /** The queue after a claim, and what the claim got. */
    record Claimed(QueueTable queue, Claim claim) {}

    /** The queue after an execution was saved. */
    QueueTable saved(PipelineExecution execution, Instant now) {
        QueueEntry entry = find(execution.id());
        if (execution.status().isTerminal()) {
            return entry == null ? this : without(entry);
        }
        QueueEntry known = entry == null ? QueueEntry.ready(execution, now) : entry;
        if (execution.status() == ExecutionStatus.RUNNING) {
            known = known.started(now);
        }
        Instant waitsUntil = execution.waitsUntil().orElse(null);
        if (waitsUntil != null) {
            return with(known.dueAt(due(execution, waitsUntil, now), now));
        }
        if (known.place() == QueueEntry.Place.WAITING) {
            return with(known.dueAt(now, now));
        }
        return known.equals(entry) ? this : with(known);
    }

    /** The queue after an execution came to it that a node has already. */
    QueueTable leasedAtOnce(PipelineExecution execution, Instant now, Duration leaseFor) {
        Lease lease = new Lease(execution.id(), execution.node(), now, now.plus(leaseFor), false, null);
        return with(QueueEntry.ready(execution, now).leased(lease, List.of()));
    }

    /** Whether this is another object than {@code before}: comparing the contents would cost more than it saves. */
    @SuppressWarnings("ReferenceEquality")
    boolean isNot(QueueTable before) {
        return this != before;
    }

    /** Whether a claim could get anything at all. */
    boolean hasWork(Gates.Limits limits, Instant now) {
        return !ready.isEmpty()
                || gates.hasWork(limits, now)
                || (!waiting.isEmpty() && !waiting.head().due().isAfter(now))
                || (!leased.isEmpty() && hasRunOut(leased.head(), now));
    }

    /** See {@link sh.flext.core.ports.execution.ExecutionQueue#claim}. */
    Claimed claim(String node, Set<StepType> types, int max, Duration leaseFor, Gates.Limits limits, Instant now) {
        QueueTable queue = caughtUp(now);
        List<QueueEntry> free = queue.gates.open(types, max, limits, now);
        boolean mixed = !free.isEmpty();
        long wanted = free.size() + max + 1L;
        for (Iterator<QueueEntry> all = queue.ready.iterator(); all.hasNext() && free.size() < wanted; ) {
            QueueEntry entry = all.next();
            if (types.containsAll(entry.types())) {
                free.add(entry);
            }
        }
        if (mixed) {
            free.sort(QueueEntry.BY_PRIORITY);
        }
        boolean more = free.size() > max;
        List<Lease> leases = new ArrayList<>();
        for (QueueEntry entry : more ? free.subList(0, max) : free) {
            Instant admittedAt = entry.limitedBy() != null && entry.admittedAt() == null ? now : entry.admittedAt();
            Lease lease = new Lease(entry.id(), node, now, now.plus(leaseFor), entry.lease() != null, admittedAt);
            leases.add(lease);
            queue = queue.with(entry.leased(lease, List.of()));
        }
        return new Claimed(queue, new Claim(leases, more ? Duration.ZERO : queue.next(types, limits, now)));
    }

    /** How long until something is due, a lease ends, or limits let something start, of what a node can run; or null. */
    @Nullable
    Duration next(Set<StepType> types, Gates.Limits limits, Instant now) {
        Duration due = nextDue(types, now);
        Duration start = gates.next(types, limits, now);
        return due == null || (start != null && start.compareTo(due) < 0) ? start : due;
    }

    private @Nullable Duration nextDue(Set<StepType> types, Instant now) {
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
    QueueTable renewed(ExecutionId id, String node, Instant until, List<StepProgress> progress) {
        QueueEntry entry = find(id);
        Lease lease = entry == null ? null : entry.lease();
        return entry == null || lease == null || !lease.node().equals(node)
                ? null
                : with(entry.leased(
                        new Lease(id, node, lease.claimedAt(), until, lease.takeover(), lease.admittedAt()), progress));
    }

    /** The queue after a node gave a lease back; the same if the node does not hold it. */
    QueueTable released(ExecutionId id, String node, Instant now) {
        QueueEntry entry = find(id);
        return entry == null || !entry.isHeldBy(node)
                ? this
                : with(entry.dueAt(entry.due().isAfter(now) ? now : entry.due(), now));
    }

    /** Those with a lease, the latest first. */
    TreeMap<ExecutionId, QueueEntry> held() {
        return TreeMap.ofEntries(
                Comparator.<ExecutionId>reverseOrder(), entries.filterValues(entry -> entry.lease() != null));
    }

    /** See {@link sh.flext.core.ports.execution.ExecutionQueue#status}. */
    QueueStatus status(Instant now) {
        long due = 0;
        Instant oldestDue = now;
        long heldBack = 0;
        Instant oldestHeldBack = now;
        long later = 0;
        long inForce = 0;
        for (QueueEntry entry : entries.values()) {
            Instant since = entry.freeSince();
            if (since.isAfter(now)) {
                inForce += entry.lease() == null ? 0 : 1;
                later += entry.lease() == null ? 1 : 0;
            } else if (entry.isGated()) {
                heldBack++;
                oldestHeldBack = since.isBefore(oldestHeldBack) ? since : oldestHeldBack;
            } else {
                due++;
                oldestDue = since.isBefore(oldestDue) ? since : oldestDue;
            }
        }
        return new QueueStatus(
                due,
                due == 0 ? null : Duration.between(oldestDue, now),
                heldBack,
                heldBack == 0 ? null : Duration.between(oldestHeldBack, now),
                later,
                inForce);
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

    @Nullable
    QueueEntry find(ExecutionId id) {
        return entries.get(id).getOrNull();
    }

    private QueueTable with(QueueEntry entry) {
        QueueEntry before = find(entry.id());
        QueueTable queue = before == null ? this : without(before);
        Instant started = entry.admittedAt();
        Gates next = queue.gates.with(entry);
        if (entry.limitedBy() != null && started != null && (before == null || before.admittedAt() == null)) {
            next = next.started(entry.limitedBy(), started);
        }
        return queue.moved(queue.entries.put(entry.id(), entry), entry.place(), all -> all.add(entry), next);
    }

    private QueueTable without(QueueEntry entry) {
        return moved(entries.remove(entry.id()), entry.place(), all -> all.remove(entry), gates.without(entry));
    }

    private QueueTable moved(
            HashMap<ExecutionId, QueueEntry> nextEntries,
            QueueEntry.Place place,
            UnaryOperator<TreeSet<QueueEntry>> change,
            Gates nextGates) {
        return new QueueTable(
                nextEntries,
                place == QueueEntry.Place.WAITING ? change.apply(waiting) : waiting,
                place == QueueEntry.Place.READY ? change.apply(ready) : ready,
                place == QueueEntry.Place.LEASED ? change.apply(leased) : leased,
                nextGates);
    }
}
