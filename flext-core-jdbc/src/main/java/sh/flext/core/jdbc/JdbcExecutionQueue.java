package sh.flext.core.jdbc;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sh.flext.core.domain.execution.ExecutionEvent;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Text;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unit;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.messaging.Registration;

/** The queue within {@code flext_execution}. */
final class JdbcExecutionQueue implements ExecutionQueue {

    private final Connections connections;
    private final Dialect dialect;
    private final JdbcPipelineExecutionRepository executions;
    private final WorkSignals signals;

    JdbcExecutionQueue(
            Connections connections, Dialect dialect, JdbcPipelineExecutionRepository executions, WorkSignals signals) {
        this.connections = connections;
        this.dialect = dialect;
        this.executions = executions;
        this.signals = signals;
    }

    @Override
    public Claim claim(String node, Set<StepType> types, int max, Duration leaseFor) {
        if (max < 1) {
            throw new IllegalArgumentException("max " + max + " is less than 1");
        }
        positive(leaseFor);
        Text.require("node", node, ExecutionEvent.MAX_NODE);
        return connections
                .write(
                        "claiming executions for node " + node,
                        dialect.savesInOneStatement(),
                        connection -> Result.success(dialect.claim(connection, node, types, max, leaseFor)))
                .orElseThrow();
    }

    @Override
    public Result<PipelineExecution> submit(PipelineExecution started, EventMetadata metadata, Duration leaseFor) {
        positive(leaseFor);
        if (started.storedVersion() != 0 || started.status() != ExecutionStatus.RUNNING) {
            throw new IllegalArgumentException(started + " is not new and running");
        }
        return executions.save(started, metadata, Optional.of(new ExecutionRow.Lease(started.node(), leaseFor)));
    }

    @Override
    public Renewal renew(String node, Collection<ExecutionId> held, Duration leaseFor) {
        positive(leaseFor);
        Text.require("node", node, ExecutionEvent.MAX_NODE);
        if (held.isEmpty()) {
            return new Renewal(Set.of(), Set.of());
        }
        return connections
                .write(
                        "renewing the leases of node " + node,
                        dialect.savesInOneStatement(),
                        connection -> Result.success(dialect.renew(connection, node, inOrder(held), leaseFor)))
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
