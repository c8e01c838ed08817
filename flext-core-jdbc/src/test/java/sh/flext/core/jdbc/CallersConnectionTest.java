package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.Appended;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/** Work next to the caller's own rows, on a connection whose transaction the caller began and ends. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = TestDatabase.Kind.class,
        names = {"POSTGRES", "H2_IN_MEMORY"})
class CallersConnectionTest {

    private static final Set<String> ENDS = Set.of("commit", "rollback", "close", "abort", "setAutoCommit");

    private final TestDatabase database;
    private final JdbcAdapters adapters;
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final StreamId stream = StreamId.of("order", "4711");
    private final Pipeline pipeline = pipeline("of the caller");
    private final PipelineExecution execution = execution(pipeline);
    private final Connection connection;
    private final Transaction within;

    CallersConnectionTest(TestDatabase.Kind kind) throws SQLException {
        database = kind.open();
        adapters = database.adapters();
        connection = database.dataSource().getConnection();
        within = adapters.on(withoutEnd(begun(connection)));
    }

    @BeforeEach
    void createTheCallersTable() {
        TestDatabase.execute(database.dataSource(), "create table orders (id varchar(20) primary key)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void on_callerCommits_storesEverythingNextToTheCallersRow() throws SQLException {
        writeAll();
        assertThat(storedOrders()).isZero();
        assertNothingStored();

        connection.commit();

        assertThat(storedOrders()).isOne();
        assertThat(adapters.pipelines().findByName(pipeline.name())).contains(pipeline.stored());
        assertThat(adapters.executions().find(execution.id()))
                .contains(execution.numbered(1).stored());
        assertThat(adapters.events().version(stream)).isEqualTo(2);
        assertThat(adapters.queue()
                        .claim("node", Set.copyOf(types()), 10, Duration.ofMinutes(1))
                        .leases())
                .hasSize(1);
    }

    @Test
    void on_callerRollsBack_storesNothing() throws SQLException {
        writeAll();

        connection.rollback();

        assertThat(storedOrders()).isZero();
        assertNothingStored();
    }

    @Test
    void on_callersOwnSavepoint_undoesWhatCameAfterIt() throws SQLException {
        insertOrder("before");
        Savepoint savepoint = connection.setSavepoint();
        within.pipelines().save(pipeline, metadata()).orElseThrow();
        append(within, ExpectedVersion.noStream());
        connection.rollback(savepoint);

        within.executions().save(execution, metadata()).orElseThrow();
        connection.commit();

        assertThat(storedOrders()).isOne();
        assertThat(adapters.pipelines().find(pipeline.id())).isEmpty();
        assertThat(adapters.events().version(stream)).isZero();
        assertThat(adapters.executions().find(execution.id())).isPresent();
    }

    @Test
    void on_refusals_leaveTheTransactionUsable() throws SQLException {
        Pipeline stored = adapters.pipelines().save(pipeline, metadata()).orElseThrow();
        PipelineExecution queued =
                adapters.executions().save(execution, metadata()).orElseThrow();
        append(adapters.unitOfWork(), ExpectedVersion.noStream());
        insertOrder("before");

        Result<Appended> conflict = append(within, ExpectedVersion.noStream());
        Result<Pipeline> taken = within.pipelines().save(pipeline("of the caller"), metadata());
        Result<Pipeline> stale = within.pipelines().save(pipeline, metadata());
        Result<PipelineExecution> known = within.executions().save(execution, metadata());
        insertOrder("after");
        within.pipelines().save(pipeline("another"), metadata()).orElseThrow();
        append(within, ExpectedVersion.exactly(2)).orElseThrow();
        connection.commit();

        assertThat(((Conflict) conflict.toError().orElseThrow()).actual()).isEqualTo(2);
        assertThat(taken.toError().orElseThrow().kind()).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(stale.toError().orElseThrow().kind()).isEqualTo(Kind.CONFLICT);
        assertThat(known.toError().orElseThrow().kind()).isEqualTo(Kind.CONFLICT);
        assertThat(storedOrders()).isEqualTo(2);
        assertThat(adapters.pipelines().find(stored.id())).contains(stored);
        assertThat(adapters.executions().find(queued.id())).contains(queued);
        assertThat(adapters.pipelines().findByName(new PipelineName("another"))).isPresent();
        assertThat(adapters.events().version(stream)).isEqualTo(4);
    }

    @Test
    void on_nameThatAnOpenTransactionHasTaken_isRefusedOnceThatCommits() throws Exception {
        within.pipelines().save(pipeline, metadata()).orElseThrow();
        var loser = CompletableFuture.supplyAsync(() -> adapters.unitOfWork().run(tx -> {
            Result<Pipeline> refused = tx.pipelines().save(pipeline("of the caller"), metadata());
            tx.pipelines().save(pipeline("instead"), metadata()).orElseThrow();
            return Result.success(refused);
        }));
        connection.commit();

        Result<Pipeline> refused = loser.get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(refused.toError().orElseThrow().kind()).isEqualTo(Kind.ALREADY_EXISTS);
        assertThat(adapters.pipelines().findByName(new PipelineName("instead"))).isPresent();
    }

    @Test
    void on_connectionInAutoCommit_isRefused() throws SQLException {
        try (Connection other = database.dataSource().getConnection()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adapters.on(other))
                    .withMessageContaining("auto-commit");
        }
    }

    private void writeAll() throws SQLException {
        insertOrder("4711");
        within.pipelines().save(pipeline, metadata()).orElseThrow();
        append(within, ExpectedVersion.noStream()).orElseThrow();
        within.executions().save(execution, metadata()).orElseThrow();
        assertThat(within.executions().find(execution.id())).isPresent();
    }

    private void assertNothingStored() {
        assertThat(adapters.pipelines().find(pipeline.id())).isEmpty();
        assertThat(adapters.executions().find(execution.id())).isEmpty();
        assertThat(adapters.events().version(stream)).isZero();
        assertThat(adapters.events().readAll(0, 10)).isEmpty();
    }

    private Result<Appended> append(UnitOfWork unitOfWork, ExpectedVersion expected) {
        return unitOfWork.run(tx -> append(tx, expected));
    }

    private Result<Appended> append(Transaction tx, ExpectedVersion expected) {
        List<PipelineActivated> events = List.of(
                new PipelineActivated(pipeline.id(), Instant.EPOCH),
                new PipelineActivated(pipeline.id(), Instant.EPOCH));
        return tx.events().append(stream, expected, NewEvent.of(events, metadata()));
    }

    private Pipeline pipeline(String name) {
        return Pipeline.create(new PipelineId(ids.get()), new PipelineName(name), Instant.EPOCH)
                .addStep(PipelineStep.of("work", "work", 1), Instant.EPOCH)
                .orElseThrow();
    }

    private PipelineExecution execution(Pipeline of) {
        return PipelineExecution.request(
                new ExecutionId(ids.get()), ExecutionRequest.of(of).orElseThrow(), Instant.EPOCH);
    }

    private List<StepType> types() {
        return pipeline.steps().stream().map(PipelineStep::type).toList();
    }

    private EventMetadata metadata() {
        return EventMetadata.of(ids.get());
    }

    private void insertOrder(String id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into orders values ('" + id + "')");
        }
    }

    private long storedOrders() throws SQLException {
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from orders")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Connection begun(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return connection;
    }

    /** The same connection, but who tries to end its transaction fails; savepoints are allowed. */
    private static Connection withoutEnd(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                CallersConnectionTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    boolean toSavepoint = method.getName().equals("rollback") && method.getParameterCount() == 1;
                    if (ENDS.contains(method.getName()) && !toSavepoint) {
                        throw new AssertionError(method.getName() + " on the caller's connection");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }
}
