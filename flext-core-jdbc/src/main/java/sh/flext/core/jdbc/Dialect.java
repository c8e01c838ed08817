package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.Claim;
import sh.flext.core.ports.execution.Renewal;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.persistence.Purged;

/**
 * What the databases do each in their own way: all that writes. Methods that {@linkplain #savesInOneStatement() save}
 * need a transaction around them where the database cannot do it in one statement.
 */
interface Dialect {

    /** Whether appends and saves are one statement each, which needs no transaction around it. */
    boolean savesInOneStatement();

    /**
     * Makes writes to different streams.
     *
     * @return for each, in the order of the writes, what was stored; empty, and then nothing of that write was, where the
     *     stream is not where it was expected, or has the first event already where any version would do
     */
    List<Optional<Write.Done>> write(Connection connection, List<Write> writes) throws SQLException;

    /** Stores a pipeline's pending events and what lists choose it by; false if its stream is elsewhere. */
    boolean save(Connection connection, Pipeline pipeline, List<EventRow> events) throws SQLException;

    /** Leases what is due and no limits hold back. */
    Look claim(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor) throws SQLException;

    /** Leases what is due and limits let start now, within a transaction for this alone. */
    Claim claimAtGates(Connection connection, String node, Set<StepType> types, int max, Duration leaseFor)
            throws SQLException;

    /**
     * Keeps everybody else from this for the same pipeline until the transaction ends; what is read from then on, is what
     * was stored by those before. False if there is no such pipeline.
     */
    boolean holdRequests(Connection connection, PipelineId pipeline) throws SQLException;

    /** Prolongs leases, and stores with each the progress of its steps, in the order of identities, which the map has. */
    Renewal renew(
            Connection connection, String node, SortedMap<ExecutionId, List<StepProgress>> held, Duration leaseFor)
            throws SQLException;

    /** Gives leases back, in the order of identities. */
    void release(Connection connection, String node, Collection<ExecutionId> held) throws SQLException;

    /**
     * Deletes executions that have ended; see {@link sh.flext.core.ports.persistence.PipelineExecutionRepository#purge}.
     *
     * @param endedBefore a time that the database can say
     */
    Purged purge(Connection connection, Instant endedBefore, int max, boolean beyondSubscriptions) throws SQLException;

    /** Keeps a snapshot unless a later one is kept; its parameters are the columns in their order. */
    String saveSnapshot();

    /** Stores where a new subscription is, unless it has begun; its parameters are its name and its position. */
    String beginSubscription();

    /** How these columns of the events {@code e} of a stream, its only parameter, are selected in the order of versions. */
    String stream(String columns);

    /**
     * How these columns of the events {@code e} of some streams are selected, in the order of streams and versions; its only
     * parameter is the array of the streams.
     */
    String streams(String columns);

    /** The condition that an execution has a label, its only parameter. */
    String hasLabel();

    /** How the text of a JSON column is selected. */
    String json(String column);
}
