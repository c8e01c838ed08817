package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.TimeOrderedIds;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.RecordedEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.Transaction;

/** What a reader of all events may pass, one case at a time. */
@Timeout(60)
class PostgresFenceTest {

    private final TestDatabase database = TestDatabase.postgres();
    private final JdbcAdapters adapters = database.adapters();
    private final TimeOrderedIds ids = new TimeOrderedIds(Instant::now);
    private final List<Connection> opened = new ArrayList<>();

    @AfterEach
    void closeConnections() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    @Test
    void readAll_afterAnAppenderUnderWay_waitsForItsCommit() throws SQLException {
        Connection appender = begin();
        UUID first = append(adapters.on(appender).events());
        UUID second = append(adapters.events());

        assertThat(readAll()).isEmpty();
        assertThat(readAll()).isEmpty();
        appender.commit();

        assertThat(readAll()).containsExactly(first, second);
    }

    @Test
    void readAll_afterAnAppenderUnderWay_passesItOnceItIsRolledBack() throws SQLException {
        Connection appender = begin();
        append(adapters.on(appender).events());
        UUID second = append(adapters.events());

        assertThat(readAll()).isEmpty();
        appender.rollback();

        assertThat(readAll()).containsExactly(second);
    }

    @Test
    void readAll_whileOneAppenderStaysOpen_readsUpToItAndNeverPast() throws SQLException {
        UUID before = append(adapters.events());
        Connection slow = begin();
        UUID open = append(adapters.on(slow).events());
        for (int i = 0; i < 3 * PostgresFence.MAX_MARKS; i++) {
            append(adapters.events());
            assertThat(readAll()).containsExactly(before);
        }
        slow.commit();

        assertThat(readAll()).hasSize(3 * PostgresFence.MAX_MARKS + 2).startsWith(before, open);
    }

    @Test
    void readAll_pastAnAppenderThatBeganLater_doesNotWaitForIt() throws SQLException {
        Connection early = begin();
        append(adapters.on(early).events());
        UUID second = append(adapters.events());
        assertThat(readAll()).isEmpty();
        Connection late = begin();
        append(adapters.on(late).events());
        append(adapters.events());

        early.rollback();

        assertThat(readAll()).containsExactly(second);
    }

    @Test
    void readAll_thousandsOfPositionsPurged_looksOnceAndNotForEachOfThem() {
        List<UUID> kept = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            adapters.events()
                    .append(
                            StreamId.of("fence", ids.get().toString()),
                            ExpectedVersion.noStream(),
                            NewEvent.of(
                                    Collections.nCopies(
                                            50, new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH)),
                                    EventMetadata.of(ids.get())))
                    .orElseThrow();
            kept.add(append(adapters.events()));
        }
        TestDatabase.execute(database.dataSource(), "delete from flext_event where position % 51 > 0");
        CountingDataSource counting = new CountingDataSource(database.dataSource());
        EventStore reader = JdbcAdapters.of(counting).events();

        assertThat(reader.readAll(0, 100).stream().map(RecordedEvent::eventId).toList())
                .isEqualTo(kept);
        assertThat(counting.statements()).isEqualTo(3);
        assertThat(reader.readAll(500, 100)).hasSize(11);
        assertThat(counting.statements()).isEqualTo(4);
    }

    @Test
    void readAll_whileAPurgeIsUnderWay_skipsNothingThatStays() throws SQLException {
        UUID first = append(adapters.events());
        UUID second = append(adapters.events());
        UUID third = append(adapters.events());
        Connection purge = begin();
        run(purge, "delete from flext_event where position = 2");

        assertThat(readAll()).containsExactly(first, second, third);
        Connection appender = begin();
        UUID fourth = append(adapters.on(appender).events());
        UUID fifth = append(adapters.events());
        purge.commit();

        assertThat(readAll())
                .as("nobody knows the gap is not that of the appender under way")
                .containsExactly(first);
        assertThat(adapters.events().readAll(3, 100))
                .as("who was past it goes on from there")
                .isEmpty();
        appender.commit();
        assertThat(readAll()).containsExactly(first, third, fourth, fifth);
    }

    @Test
    void readAll_besideLongTransactionsThatDoNotAppend_doesNotWaitForThem() throws SQLException {
        Connection neighbour = opened(TestDatabase.neighbour().getConnection());
        neighbour.setAutoCommit(false);
        run(neighbour, "select pg_current_xact_id()");
        Connection writesElsewhere = begin();
        run(writesElsewhere, "insert into flext_execution_number values (gen_random_uuid(), 1)");
        Connection reads = begin();
        reads.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        run(reads, "select count(*) from flext_event");
        rollBackAnAppend();
        UUID event = append(adapters.events());

        assertThat(readAll()).containsExactly(event);
    }

    @Test
    void readAll_beforeAPreparedTransactionIsCommitted_waitsForIt() throws SQLException {
        Connection appender = begin();
        UUID first = append(adapters.on(appender).events());
        UUID second = append(adapters.events());
        assertThat(readAll()).isEmpty();
        String name = "prepared-" + first;
        run(appender, "prepare transaction '" + name + "'");

        assertThat(readAll()).isEmpty();
        assertThat(eventIds(database.adapters().events().readAll(0, 10))).isEmpty();
        TestDatabase.execute(database.dataSource(), "commit prepared '" + name + "'");

        assertThat(readAll()).containsExactly(first, second);
    }

    @Test
    void readAll_oldGaps_areLookedAtOnce() throws SQLException {
        List<UUID> stored = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rollBackAnAppend();
            stored.add(append(adapters.events()));
        }
        CountingDataSource counted = new CountingDataSource(database.dataSource());
        EventStore events = JdbcAdapters.of(counted).events();
        counted.reset();

        List<RecordedEvent> first = events.readAll(0, 10);
        List<RecordedEvent> second = events.readAll(first.get(9).position(), 10);

        assertThat(counted.statements()).isEqualTo(4);
        assertThat(eventIds(first)).isEqualTo(stored.subList(0, 10));
        assertThat(eventIds(second)).isEqualTo(stored.subList(10, 20));
    }

    @Test
    void readAll_pageEndsAtAGap_theNextPageWaitsForIt() throws SQLException {
        UUID first = append(adapters.events());
        Connection appender = begin();
        UUID second = append(adapters.on(appender).events());
        UUID third = append(adapters.events());

        List<RecordedEvent> page = adapters.events().readAll(0, 1);
        assertThat(eventIds(page)).containsExactly(first);
        assertThat(adapters.events().readAll(page.get(0).position(), 1)).isEmpty();
        appender.commit();

        assertThat(eventIds(adapters.events().readAll(page.get(0).position(), 10)))
                .containsExactly(second, third);
    }

    @Test
    void safePart_gapSettledByAnotherReaderAfterThePageWasRead_isNotPassed() throws SQLException {
        PostgresFence fence = new PostgresFence();
        Connection appender = begin();
        append(adapters.on(appender).events());
        append(adapters.events());
        List<RecordedEvent> withGap = stored();
        Connection other = opened(database.dataSource().getConnection());
        assertThat(fence.safePart(other, 0, 0, () -> withGap)).isEmpty();

        Iterator<List<RecordedEvent>> pages;
        List<RecordedEvent> seen;
        try (Connection reader = database.dataSource().getConnection()) {
            long known = fence.known();
            appender.commit();
            pages = List.of(withGap, stored()).iterator();
            assertThat(fence.safePart(other, fence.known(), 0, this::stored)).hasSize(2);
            seen = fence.safePart(reader, known, 0, pages::next);
        }

        assertThat(seen).hasSize(2);
        assertThat(fence.known()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void readAll_withinATransactionThatAppended_seesItsOwnAndHidesThemFromNobody() {
        List<UUID> appended = new ArrayList<>();

        inTransaction(tx -> {
            appended.add(append(tx.events()));
            appended.add(append(adapters.events()));
            rollBackAnAppend();
            appended.add(append(adapters.events()));
            assertThat(eventIds(tx.events().readAll(0, 10))).isEqualTo(appended);
            assertThat(readAll()).isEmpty();
            assertThat(eventIds(tx.events().readAll(0, 10))).isEqualTo(appended);
        });

        assertThat(readAll()).isEqualTo(appended);
    }

    @Test
    void readAll_withinARepeatableReadTransaction_neverPassesWhatItsSnapshotLacks() throws SQLException {
        UUID first = append(adapters.events());
        Connection appender = begin();
        append(adapters.on(appender).events());
        append(adapters.events());
        Connection caller = begin();
        caller.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        EventStore within = adapters.on(caller).events();

        assertThat(eventIds(within.readAll(0, 10))).containsExactly(first);
        appender.commit();
        assertThat(readAll()).hasSize(3);
        assertThat(eventIds(within.readAll(0, 10))).containsExactly(first);
        caller.rollback();

        assertThat(eventIds(adapters.on(caller).events().readAll(0, 10))).hasSize(3);
    }

    @Test
    void readAll_repeatableReadUnitsOfWorkAtAnOldGap_passItInOneOfTheNext() throws SQLException {
        rollBackAnAppend();
        UUID event = append(adapters.events());
        List<List<UUID>> reads = new ArrayList<>();

        for (int i = 0; i < 2; i++) {
            inTransaction(tx -> {
                tx.unwrap(Connection.class)
                        .orElseThrow()
                        .setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                reads.add(eventIds(tx.events().readAll(0, 10)));
            });
        }

        assertThat(reads).containsExactly(List.of(), List.of(event));
    }

    @Test
    void readAll_repeatableReadConnectionsWithoutAutoCommit_passOldGapsAtOnce() throws SQLException {
        rollBackAnAppend();
        UUID event = append(adapters.events());
        EventStore events = JdbcAdapters.of(DataSourceDecorator.preparing(database.dataSource(), connection -> {
                    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                    connection.setAutoCommit(false);
                }))
                .events();

        assertThat(eventIds(events.readAll(0, 10))).containsExactly(event);
    }

    private interface Work {
        void on(Transaction tx) throws SQLException;
    }

    private void inTransaction(Work work) {
        adapters.unitOfWork()
                .run(tx -> {
                    try {
                        work.on(tx);
                        return Result.done();
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                })
                .orElseThrow();
    }

    private List<UUID> readAll() {
        return eventIds(adapters.events().readAll(0, 1_000));
    }

    private List<RecordedEvent> stored() throws SQLException {
        List<RecordedEvent> events = new ArrayList<>();
        SafePositions unfenced = SafePositions.inCommitOrder();
        Connections connections = Connections.of(database.dataSource(), StatementRewriting.NONE);
        Dialect dialect = new PostgresDialect();
        EventJson json = EventTypes.standard().json();
        EventStore store = new JdbcEventStore(
                connections, Writes.oneByOne(connections, dialect), new EventReader(dialect, json), json, unfenced, 0);
        events.addAll(store.readAll(0, 1_000));
        return events;
    }

    private static List<UUID> eventIds(List<RecordedEvent> events) {
        return events.stream().map(RecordedEvent::eventId).toList();
    }

    private UUID append(EventStore events) {
        NewEvent event = NewEvent.of(
                        List.of(new PipelineActivated(new PipelineId(ids.get()), Instant.EPOCH)),
                        EventMetadata.of(ids.get()))
                .get(0);
        events.append(StreamId.of("test", ids.get().toString()), ExpectedVersion.noStream(), List.of(event))
                .orElseThrow();
        return event.eventId();
    }

    private void rollBackAnAppend() throws SQLException {
        Connection connection = begin();
        append(adapters.on(connection).events());
        connection.rollback();
    }

    private Connection begin() throws SQLException {
        Connection connection = opened(database.dataSource().getConnection());
        connection.setAutoCommit(false);
        return connection;
    }

    private Connection opened(Connection connection) {
        opened.add(connection);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
