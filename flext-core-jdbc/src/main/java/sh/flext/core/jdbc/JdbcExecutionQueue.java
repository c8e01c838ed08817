package sh.flext.core.jdbc;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Holding;
import sh.flext.core.ports.execution.QueueStatus;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;

/** The queue within {@code flext_execution}. */
final class JdbcExecutionQueue implements ExecutionQueue {

    private final Connections connections;
    private final Dialect dialect;
    private final JdbcPipelineExecutionRepository executions;
    private final WorkSignals signals;
    private final QueueReader reader;

    /**
     * Whether the next claim begins with what limits hold back: a claim takes of one kind alone, so that nothing is lost of
     * it where the other gives no answer, and neither kind keeps the other from being claimed for ever.
     */
    private final AtomicBoolean gatesFirst = new AtomicBoolean();

    JdbcExecutionQueue(
            Connections connections, Dialect dialect, JdbcPipelineExecutionRepository executions, WorkSignals signals) {
        this.connections = connections;
        this.dialect = dialect;
        this.executions = executions;
        this.signals = signals;
        this.reader = new QueueReader(connections, dialect);
    }

    @Override
    public Claim claim(String node, Set<StepType> types, int max, Duration leaseFor) {
        if (max < 1) {
            throw new IllegalArgumentException("max " + max + " is less than 1");
        }
        positive(leaseFor);
        Text.require("node", node, ExecutionEvent.MAX_NODE);
        Claim atGates = null;
        if (gatesFirst.getAndSet(false)) {
            atGates = claimAtGates(node, types, max, leaseFor);
            if (!atGates.leases().isEmpty()) {
                return new Claim(atGates.leases(), Duration.ZERO);
            }
        }
        Look look = connections
                .write(
                        "claiming executions for node " + node,
                        dialect.savesInOneStatement(),
                        connection -> Result.success(dialect.claim(connection, node, types, max, leaseFor)))
                .orElseThrow();
        if (look.isGateDue() && atGates == null) {
            if (!look.leases().isEmpty()) {
                gatesFirst.set(true);
                return new Claim(look.leases(), Duration.ZERO);
            }
            atGates = claimAtGates(node, types, max, leaseFor);
            if (!atGates.leases().isEmpty()) {
                return atGates;
            }
        }
        return look.orAtGates(atGates == null ? null : atGates.next());
    }

    private Claim claimAtGates(String node, Set<StepType> types, int max, Duration leaseFor) {
        return connections
                .transaction(
                        "claiming executions that limits hold back for node " + node,
                        connection -> Result.success(dialect.claimAtGates(connection, node, types, max, leaseFor)))
                .orElseThrow();
    }

    @Override
    public Result<PipelineExecution> submit(
            PipelineExecution started, EventMetadata metadata, Duration leaseFor, ExpectedVersion pipeline) {
        positive(leaseFor);
        if (started.storedVersion() != 0 || started.status() != ExecutionStatus.RUNNING) {
            throw new IllegalArgumentException(started + " is not new and running");
        }
        if (started.executionRequest().limited()) {
            throw new IllegalArgumentException(
                    "limits hold for " + started + ": it is saved, and starts when it is claimed");
        }
        return executions.save(
                started, metadata, Optional.of(new ExecutionRow.Lease(started.node(), leaseFor)), pipeline);
    }

    @Override
    public Renewal renew(String node, Map<ExecutionId, List<StepProgress>> held, Duration leaseFor) {
        positive(leaseFor);
        Text.require("node", node, ExecutionEvent.MAX_NODE);
        if (held.isEmpty()) {
            return new Renewal(Set.of(), Set.of());
        }
        return connections
                .write(
                        "renewing the leases of node " + node,
                        dialect.savesInOneStatement(),
                        connection -> Result.success(dialect.renew(connection, node, new TreeMap<>(held), leaseFor)))
                .orElseThrow();
    }

    @Override
    public void release(String node, Collection<ExecutionId> held) {
        Text.require("node", node, ExecutionEvent.MAX_NODE);
        if (held.isEmpty()) {
            return;
        }
        connections
                .write("giving back the leases of node " + node, dialect.savesInOneStatement(), connection -> {
                    dialect.release(connection, node, inOrder(held));
                    return Result.success(Unit.UNIT);
                })
                .orElseThrow();
        signals.tell();
    }

    @Override
    public Result<Page<Holding>> holdings(@Nullable String node, PageRequest page) {
        if (node != null) {
            Text.require("node", node, ExecutionEvent.MAX_NODE);
        }
        return reader.holdings(node, page);
    }

    @Override
    public Optional<Holding> holding(ExecutionId id) {
        return reader.holding(id);
    }

    @Override
    public QueueStatus status() {
        return reader.status();
    }

    @Override
    public Registration onWork(Runnable wake) {
        return signals.onWork(wake);
    }

    /** In the order in which all lock rows: that of identities. */
    private static List<ExecutionId> inOrder(Collection<ExecutionId> held) {
        return held.stream().sorted().toList();
    }

    private static void positive(Duration leaseFor) {
        if (leaseFor.isNegative() || leaseFor.isZero()) {
            throw new IllegalArgumentException("a lease of " + leaseFor + " is not positive");
        }
    }
}
