package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.SnapshotStore;
import sh.flext.core.ports.eventstore.SubscriptionPositions;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.messaging.EventBus;
import sh.flext.core.ports.messaging.InProcessEventBus;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.PipelineRepository;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/**
 * Every port over one database: PostgreSQL or H2, by the tables of {@link JdbcSchema} in the schema that the connections
 * select. Thread-safe. While a node looks for work in PostgreSQL, it holds one connection to hear of what other processes
 * queue; else none is kept.
 *
 * <p>H2 in a file wants a URL such as {@code jdbc:h2:retry:FILE;WRITE_DELAY=0}: else it closes the database when a thread
 * that writes is interrupted, as that of a cancelled step is, and loses what was committed last when the JVM is killed.
 *
 * <pre>{@code
 * JdbcSchema.migrate(dataSource);
 * try (Flext flext = Flext.builder(JdbcAdapters.of(dataSource)).step(…).start()) { … }
 * }</pre>
 */
public final class JdbcAdapters implements Adapters {

    private final Dialect dialect;
    private final EventJson json;
    private final EventReader reader;
    private final SafePositions safePositions;
    private final WorkSignals signals;
    private final StatementRewriting rewriting;
    private final EventBus eventBus = new InProcessEventBus();
    private final PipelineRepository pipelines;
    private final JdbcPipelineExecutionRepository executions;
    private final EventStore events;
    private final SnapshotStore snapshots;
    private final SubscriptionPositions subscriptions;
    private final UnitOfWork unitOfWork;
    private final ExecutionQueue queue;
    private final ScheduleQueue schedules;

    private JdbcAdapters(DataSource dataSource, Database database, JdbcOptions options) {
        dialect = database == Database.POSTGRESQL ? new PostgresDialect() : new H2Dialect();
        safePositions = database == Database.POSTGRESQL ? new PostgresFence() : SafePositions.inCommitOrder();
        json = options.eventTypes().json();
        reader = new EventReader(dialect, json);
        rewriting = StatementRewriting.of(options, database);
        Connections.Pooled connections = Connections.of(dataSource, rewriting);
        Writes writes = database == Database.POSTGRESQL
                ? new GroupCommit(connections, dialect, options.patience())
                : Writes.oneByOne(connections, dialect);
        pipelines = pipelines(connections);
        signals = new WorkSignals(
                database == Database.POSTGRESQL && options.listening()
                        ? new PostgresListener(dataSource, rewriting)
                        : null);
        executions = executions(connections, writes, signals::tell);
        events = events(connections, writes, 0);
        snapshots = snapshots(connections);
        subscriptions = subscriptions(connections);
        unitOfWork = new JdbcUnitOfWork(connections, this);
        queue = new JdbcExecutionQueue(connections, dialect, executions, signals);
        schedules = new JdbcScheduleQueue(connections);
    }

    /** Adapters with the default options; see {@link #of(DataSource, JdbcOptions)}. */
    public static JdbcAdapters of(DataSource dataSource) {
        return of(dataSource, JdbcOptions.defaults());
    }

    /**
     * Adapters over the database that a connection of {@code dataSource} leads to.
     *
     * @throws IllegalArgumentException naming the database, if it is neither PostgreSQL nor H2, or too old
     * @throws sh.flext.core.ports.persistence.StorageException if there is no connection to be had
     */
    public static JdbcAdapters of(DataSource dataSource, JdbcOptions options) {
        return new JdbcAdapters(dataSource, databaseOf(dataSource), options);
    }

    /**
     * Everything on a connection whose transaction the caller began and will end: what is written is stored with the
     * caller's own rows, or not at all. Nothing is committed, rolled back or closed here. Actions
     * {@linkplain Transaction#afterCommit after the commit} are never run: the end is the caller's. At REPEATABLE READ
     * and above, {@link EventStore#readAll} reads no further than to the first position that has no event, and an append or
     * a save that meets what another has changed since the transaction began is a CONFLICT: the server has then aborted the
     * transaction, or no later try within it can succeed. Roll it back and begin it again.
     *
     * @throws IllegalArgumentException if the connection is in auto-commit: then there is no transaction to be part of
     */
    public Transaction on(Connection connection) {
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalArgumentException(
                        "the connection is in auto-commit: begin a transaction by setAutoCommit(false)");
            }
        } catch (SQLException thrown) {
            throw SqlFailures.of("joining a transaction", thrown);
        }
        return new JdbcTransaction(connection, this, 0);
    }

    @Override
    public PipelineRepository pipelines() {
        return pipelines;
    }

    @Override
    public PipelineExecutionRepository executions() {
        return executions;
    }

    @Override
    public EventStore events() {
        return events;
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public SubscriptionPositions subscriptions() {
        return subscriptions;
    }

    @Override
    public UnitOfWork unitOfWork() {
        return unitOfWork;
    }

    @Override
    public ExecutionQueue queue() {
        return queue;
    }

    @Override
    public ScheduleQueue schedules() {
        return schedules;
    }

    @Override
    public EventBus eventBus() {
        return eventBus;
    }

    PipelineRepository pipelines(Connections connections) {
        return new JdbcPipelineRepository(connections, dialect, reader, json);
    }

    JdbcPipelineExecutionRepository executions(Connections connections, Writes writes, Runnable onWork) {
        return new JdbcPipelineExecutionRepository(connections, dialect, writes, reader, json, signals, onWork);
    }

    EventStore events(Connections connections, Writes writes, long knownAtStart) {
        return new JdbcEventStore(connections, writes, reader, json, safePositions, knownAtStart);
    }

    Writes writes(Connections connections) {
        return Writes.oneByOne(connections, dialect);
    }

    /** Up to which position a transaction that begins now sees all there will be. */
    long knownPosition() {
        return safePositions.known();
    }

    SnapshotStore snapshots(Connections connections) {
        return new JdbcSnapshotStore(connections, dialect, json);
    }

    SubscriptionPositions subscriptions(Connections connections) {
        return new JdbcSubscriptionPositions(connections, dialect);
    }

    StatementRewriting rewriting() {
        return rewriting;
    }

    void wake() {
        signals.tell();
    }

    private static Database databaseOf(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return Database.of(connection);
        } catch (SQLException thrown) {
            throw SqlFailures.of("asking which database this is", thrown);
        }
    }
}
