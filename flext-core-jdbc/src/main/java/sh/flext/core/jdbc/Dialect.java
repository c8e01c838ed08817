package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Renewal;

/**
 * What the databases do each in their own way: all that writes. Methods that {@linkplain #savesInOneStatement() save}
 * need a transaction around them where the database cannot do it in one statement.
 */
interface Dialect {

    /** Whether appends and saves are one statement each, which needs no transaction around it. */
    boolean savesInOneStatement();

    /** Appends if the stream is where it is expected; empty if it is not. */
    Optional<Appended> append(Connection connection, StreamId stream, ExpectedVersion expected, List<EventRow> events)
            throws SQLException;

    /** Stores a pipeline's pending events and what lists choose it by; false if its stream is elsewhere. */
    boolean save(Connection connection, Pipeline pipeline, List<EventRow> events) throws SQLException;

    /**
     * Stores a new execution's events with its number, and queues it.
     *
     * @param lease who has it and for how long from the start, or empty
     * @return its number; empty if its stream exists
     */
    Optional<Long> create(
            Connection connection, PipelineExecution execution, List<EventRow> events, Optional<LeaseRequest> lease)
            throws SQLException;

    /** Stores an execution's pending events and moves it in the queue; false if its stream is elsewhere. */
    boolean update(Connection connection, PipelineExecution execution, List<EventRow> events) throws SQLException;

    /** Leases what is due. */
    Claim claim(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException;

    /** Prolongs leases. */
    Renewal renew(Connection connection, String node, Collection<ExecutionId> held, Duration leaseFor)
            throws SQLException;

    /** Keeps a snapshot unless a later one is kept; its parameters are the columns in their order. */
    String saveSnapshot();

    /** How the text of a JSON column is selected. */
    String json(String column);

    /** Who is to have a lease, and for how long. */
    record LeaseRequest(String node, Duration leaseFor) {}
}
