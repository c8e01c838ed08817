package sh.flext.core.jdbc;

import java.sql.PreparedStatement;
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
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.messaging.Listeners;
import sh.flext.core.ports.messaging.Registration;

/** The queue within {@code flext_execution}. */
final class JdbcExecutionQueue implements ExecutionQueue {

    private static final String RELEASE = """
            update flext_execution
            set lease_owner = null, lease_until = null, due_at = least(due_at, current_timestamp)
            where id = ? and lease_owner = ? and due_at is not null""";

    private final Connections connections;
    private final Dialect dialect;
    private final JdbcPipelineExecutionRepository executions;
    private final Listeners<Runnable> listeners;

    JdbcExecutionQueue(
            Connections connections,
            Dialect dialect,
            JdbcPipelineExecutionRepository executions,
            Listeners<Runnable> listeners) {
        this.connections = connections;
        this.dialect = dialect;
        this.executions = executions;
        this.listeners = listeners;
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
        connections.statement("giving back the leases of node " + node, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
                for (ExecutionId id : inOrder(held)) {
                    statement.setObject(1, id.value());
                    statement.setString(2, node);
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
        listeners.tell(Runnable::run);
    }

    @Override
    public Registration onWork(Runnable wake) {
        return listeners.add(wake);
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
