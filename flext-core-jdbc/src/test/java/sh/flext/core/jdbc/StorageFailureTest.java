package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.AccountEvent.AccountId;
import sh.flext.core.jdbc.AccountEvent.Closed;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.EventStore;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.NewEvent;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;

/** What people read when the database gives no answer, and whether asking again may help. */
class StorageFailureTest {

    private static final UUID ID = UUID.fromString("01936f2e-0000-7000-8000-0000000000f1");
    private static final StreamId STREAM = StreamId.of("account", ID.toString());

    private final TestDatabase database = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open();

    @Test
    void append_connectionKilled_isRetryableAndTheRepeatIsSafe() throws SQLException {
        EventStore events = database.adapters().events();
        events.append(STREAM, ExpectedVersion.noStream(), closed()).orElseThrow();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            EventStore joined = database.adapters().on(connection).events();
            kill(connection);

            StorageException failed = catchThrowableOfType(
                    StorageException.class, () -> joined.append(STREAM, ExpectedVersion.exactly(1), closed()));

            assertThat(failed)
                    .hasMessageContaining("appending 1 events to stream " + STREAM)
                    .hasMessageContaining("the connection was lost")
                    .hasMessageContaining("try again");
            assertThat(failed.isRetryable()).isTrue();
            assertThat(failed).hasCauseInstanceOf(SQLException.class);
        }

        assertThat(events.append(STREAM, ExpectedVersion.noStream(), closed()).isSuccess())
                .isTrue();
        assertThat(events.version(STREAM)).isEqualTo(1);
    }

    @Test
    void anything_serverThatIsNotThere_isRetryable() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://localhost:1/postgres");

        StorageException failed = catchThrowableOfType(StorageException.class, () -> JdbcAdapters.of(nowhere));

        assertThat(failed)
                .hasMessageContaining("asking which database this is")
                .hasMessageContaining("no connection was to be had");
        assertThat(failed.isRetryable()).isTrue();
    }

    @Test
    void read_poolExhausted_isRetryableAndSaysSo() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(250);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            EventStore events = JdbcAdapters.of(pool).events();
            try (Connection taken = pool.getConnection()) {
                assertThat(taken.isValid(1)).isTrue();
                StorageException failed = catchThrowableOfType(StorageException.class, () -> events.version(STREAM));

                assertThat(failed)
                        .hasMessageContaining("reading the version of stream " + STREAM)
                        .hasMessageContaining("is the pool too small");
                assertThat(failed.isRetryable()).isTrue();
            }
            assertThat(events.version(STREAM)).isZero();
        }
    }

    @Test
    void append_readOnlyDatabase_isNotRetryableAndSaysSo() throws SQLException {
        PGSimpleDataSource given =
                TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open().dataSource().unwrap(PGSimpleDataSource.class);
        PGSimpleDataSource readOnly = new PGSimpleDataSource();
        readOnly.setUrl(given.getUrl());
        readOnly.setUser(given.getUser());
        readOnly.setOptions("-c default_transaction_read_only=on");

        StorageException failed = catchThrowableOfType(
                StorageException.class,
                () -> JdbcAdapters.of(readOnly).events().append(STREAM, ExpectedVersion.noStream(), closed()));

        assertThat(failed).hasMessageContaining("appending 1 events").hasMessageContaining("read-only");
        assertThat(failed.isRetryable()).isFalse();
    }

    @Test
    void read_schemaMissing_isNotRetryableAndSaysWhatToDo() throws SQLException {
        PGSimpleDataSource given = database.dataSource().unwrap(PGSimpleDataSource.class);
        PGSimpleDataSource elsewhere = new PGSimpleDataSource();
        elsewhere.setUrl(given.getUrl());
        elsewhere.setUser(given.getUser());
        elsewhere.setCurrentSchema("nowhere_at_all");

        for (EventStore events : List.of(
                JdbcAdapters.of(elsewhere).events(),
                JdbcAdapters.of(org.h2.jdbcx.JdbcConnectionPool.create("jdbc:h2:mem:empty", "sa", ""))
                        .events())) {
            StorageException failed = catchThrowableOfType(StorageException.class, () -> events.version(STREAM));

            assertThat(failed).hasMessageContaining("tables are missing").hasMessageContaining("JdbcSchema.migrate");
            assertThat(failed.isRetryable()).isFalse();
        }
    }

    @Test
    void transaction_serializationFailure_isRunAgainWithABound() {
        Connections connections = Connections.of(database.dataSource(), StatementRewriting.NONE);
        AtomicInteger tries = new AtomicInteger();

        Result<Integer> succeeded = connections.transaction("testing", connection -> {
            if (tries.incrementAndGet() < 3) {
                raise(connection, "40001");
            }
            return Result.success(tries.get());
        });

        assertThat(succeeded.orElseThrow()).isEqualTo(3);

        tries.set(0);
        StorageException failed = catchThrowableOfType(
                StorageException.class,
                () -> connections.transaction("testing", connection -> {
                    tries.incrementAndGet();
                    raise(connection, "40P01");
                    return Result.success(0);
                }));

        assertThat(tries).hasValueBetween(2, 10);
        assertThat(failed).hasMessageContaining("testing").hasMessageContaining("collided with another transaction");
        assertThat(failed.isRetryable()).isTrue();
    }

    private static List<NewEvent> closed() {
        return NewEvent.of(List.of(new Closed(new AccountId(ID), EventSamples.AT)), EventMetadata.of(ID));
    }

    private void kill(Connection connection) {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select pg_backend_pid()")) {
            rows.next();
            TestDatabase.execute(database.dataSource(), "select pg_terminate_backend(" + rows.getInt(1) + ", 5000)");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void raise(Connection connection, String state) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin raise exception 'raised' using errcode = '" + state + "'; end $$");
        }
    }
}
