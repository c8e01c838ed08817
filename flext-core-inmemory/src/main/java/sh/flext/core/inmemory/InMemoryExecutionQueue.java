package sh.flext.core.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.Lease;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** The executions that wait for a node, in memory. */
final class InMemoryExecutionQueue implements ExecutionQueue {

    private final InMemoryStore store;
    private final InMemoryPipelineExecutionRepository executions;

    InMemoryExecutionQueue(InMemoryStore store, InMemoryPipelineExecutionRepository executions) {
        this.store = store;
        this.executions = executions;
    }

    @Override
    public Claim claim(String node, Set<StepType> types, int max, Duration leaseFor) {
        Objects.requireNonNull(node, "node");
        requirePositive(leaseFor);
        if (max < 1) {
            throw new IllegalArgumentException("a claim is for 1 execution at least, not " + max);
        }
        Set<StepType> known = Set.copyOf(types);
        // the queue first: what has no work now had none when it was seen, either
        Tables seen = store.tables();
        Instant now = store.clock().instant();
        if (!seen.queue().hasWork(seen::limitsOf, now)) {
            return new Claim(List.of(), seen.queue().next(known, seen::limitsOf, now));
        }
        store.begin();
        try {
            Tables tables = store.tables();
            QueueTable.Claimed claimed = tables.queue()
                    .claim(
                            node,
                            known,
                            max,
                            leaseFor,
                            tables::limitsOf,
                            store.clock().instant());
            if (claimed.queue().isNot(tables.queue())) {
                store.commit(tables.withQueue(claimed.queue()));
            }
            return claimed.claim();
        } finally {
            store.end();
        }
    }

    @Override
    public Result<PipelineExecution> submit(
            PipelineExecution started, EventMetadata metadata, Duration leaseFor, ExpectedVersion pipeline) {
        requirePositive(leaseFor);
        if (started.storedVersion() != 0 || started.status() != ExecutionStatus.RUNNING) {
            throw new IllegalArgumentException("only a new execution that is running can be submitted, not " + started
                    + ", which is " + started.status() + " with " + started.storedVersion() + " events stored");
        }
        if (started.executionRequest().limited()) {
            throw new IllegalArgumentException(
                    "limits hold for " + started + ": it is saved, and starts when it is claimed");
        }
        return executions.store(started, metadata, leaseFor, pipeline);
    }

    @Override
    public Renewal renew(String node, Map<ExecutionId, List<StepProgress>> held, Duration leaseFor) {
        Objects.requireNonNull(node, "node");
        requirePositive(leaseFor);
        Set<ExecutionId> lost = new HashSet<>();
        Set<ExecutionId> cancelled = new HashSet<>();
        store.begin();
        try {
            Tables tables = store.tables();
            Instant until = store.clock().instant().plus(leaseFor);
            QueueTable queue = tables.queue();
            for (Map.Entry<ExecutionId, List<StepProgress>> each : held.entrySet()) {
                ExecutionId id = each.getKey();
                QueueTable renewed = queue.renewed(id, node, until, List.copyOf(each.getValue()));
                if (renewed != null) {
                    queue = renewed;
                    continue;
                }
                lost.add(id);
                PipelineExecution execution = tables.executions().get(id).getOrNull();
                if (execution != null && execution.status() == ExecutionStatus.CANCELLED) {
                    cancelled.add(id);
                }
            }
            store.commit(tables.withQueue(queue));
        } finally {
            store.end();
        }
        return new Renewal(lost, cancelled);
    }

    @Override
    public void release(String node, Collection<ExecutionId> held) {
        Objects.requireNonNull(node, "node");
        boolean released;
        store.begin();
        try {
            Tables tables = store.tables();
            Instant now = store.clock().instant();
            QueueTable queue = tables.queue();
            for (ExecutionId id : held) {
                queue = queue.released(id, node, now);
            }
            store.commit(tables.withQueue(queue));
            released = queue.isNot(tables.queue());
        } finally {
            store.end();
        }
        if (released) {
            store.wake();
        }
    }

    @Override
    public Result<Page<Holding>> holdings(@Nullable String node, PageRequest page) {
        Tables tables = store.tables();
        return KeyedPage.of(tables.queue().held(), true, entry -> node == null || entry.isHeldBy(node), page)
                .map(held -> held.map(entry -> holding(entry, tables)));
    }

    @Override
    public Optional<Holding> holding(ExecutionId id) {
        Tables tables = store.tables();
        return Optional.ofNullable(tables.queue().find(id))
                .filter(entry -> entry.lease() != null)
                .map(entry -> holding(entry, tables));
    }

    @Override
    public QueueStatus status() {
        return store.tables().queue().status(store.clock().instant());
    }

    private static Holding holding(QueueEntry entry, Tables tables) {
        Lease lease = Objects.requireNonNull(entry.lease(), "lease");
        PipelineExecution execution = tables.executions().get(entry.id()).get();
        return new Holding(entry.id(), execution.pipelineId(), lease.node(), lease.until(), entry.progress());
    }

    @Override
    public Registration onWork(Runnable wake) {
        return store.onWork(wake);
    }

    private static void requirePositive(Duration leaseFor) {
        if (leaseFor.isNegative() || leaseFor.isZero()) {
            throw new IllegalArgumentException("a lease lasts longer than " + leaseFor);
        }
    }
}
