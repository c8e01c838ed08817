package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.core.domain.model.Document;
import sh.flext.core.ports.eventstore.Snapshot;
import sh.flext.core.ports.eventstore.StreamId;
import sh.flext.core.ports.persistence.StorageException;

/** The tables come to be once, by whichever way, and are never dropped. */
class JdbcSchemaTest {

    private static final List<String> TABLES = List.of(
            "flext_event",
            "flext_execution",
            "flext_execution_number",
            "flext_pipeline",
            "flext_position",
            "flext_schedule",
            "flext_schema",
            "flext_snapshot",
            "flext_subscription");

    static Stream<Named<Supplier<TestDatabase>>> databases() {
        return Stream.of(Named.of("PostgreSQL", TestDatabase::postgres), Named.of("H2", TestDatabase::h2));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void migrate_again_changesNothing(Supplier<TestDatabase> databases) throws SQLException {
        DataSource dataSource = databases.get().dataSource();
        JdbcAdapters adapters = JdbcAdapters.of(dataSource);
        Snapshot kept = new Snapshot(StreamId.of("kept", "1"), 1, 1, Document.EMPTY, EventSamples.AT);
        adapters.snapshots().save(kept);
        List<String> before = texts(dataSource, "select applied_at from flext_schema");

        JdbcSchema.migrate(dataSource);

        assertThat(texts(dataSource, "select applied_at from flext_schema")).isEqualTo(before);
        assertThat(adapters.snapshots().latest(kept.stream()).orElseThrow().state())
                .isEqualTo(Document.EMPTY);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void migrate_fromEightThreadsAtOnce_appliesEachScriptOnce(Supplier<TestDatabase> databases) throws Exception {
        DataSource dataSource = emptied(databases.get().dataSource());
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                runs.add(threads.submit(() -> {
                    start.await();
                    JdbcSchema.migrate(dataSource);
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(texts(dataSource, "select version from flext_schema order by version"))
                .containsExactly("1", "2");
        assertThat(tables(dataSource)).contains("flext_event", "flext_snapshot");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void migrate_poolOfOneConnection_isEnough(Supplier<TestDatabase> databases) throws SQLException {
        DataSource dataSource = emptied(databases.get().dataSource());
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(dataSource);
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(1_000);

            JdbcSchema.migrate(pool);
        }

        assertThat(texts(dataSource, "select version from flext_schema where applied_at is not null order by version"))
                .containsExactly("1", "2");
    }

    @Test
    void migrate_anotherNodeIsAboutItAndGivesUp_waitsAndTakesOver() throws Exception {
        DataSource dataSource = emptied(TestDatabase.h2().dataSource());
        TestDatabase.execute(
                dataSource,
                "create table flext_schema (version integer primary key, script varchar(200) not null,"
                        + " applied_at timestamp with time zone)");
        TestDatabase.execute(dataSource, "insert into flext_schema (version, script) values (1, 'another node')");
        CountingDataSource counted = new CountingDataSource(dataSource);
        CompletableFuture<Void> migration = CompletableFuture.runAsync(() -> JdbcSchema.migrate(counted));
        Awaitility.await().until(() -> counted.statements() > 20);
        assertThat(migration).isNotDone();
        assertThat(tables(dataSource)).doesNotContain("flext_event");

        TestDatabase.execute(dataSource, "delete from flext_schema");

        migration.get(30, TimeUnit.SECONDS);
        assertThat(tables(dataSource)).contains("flext_event");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void migrate_schemaOfALaterVersion_isRefusedByName(Supplier<TestDatabase> databases) throws SQLException {
        DataSource dataSource = databases.get().dataSource();
        TestDatabase.execute(dataSource, "insert into flext_schema values (99, 'V99', current_timestamp)");
        List<String> before = tables(dataSource);

        StorageException refused = catchThrowableOfType(StorageException.class, () -> JdbcSchema.migrate(dataSource));

        assertThat(refused).hasMessageContaining("version 99").hasMessageContaining("update the program");
        assertThat(refused.isRetryable()).isFalse();
        assertThat(tables(dataSource)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void scripts_byFlyway_makeTheSameTables(Supplier<TestDatabase> databases) throws SQLException {
        DataSource dataSource = databases.get().dataSource();
        List<String> columns = columns(dataSource);
        emptied(dataSource);
        String folder = Database.H2 == of(dataSource) ? "h2" : "postgresql";
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:flext-core/" + folder)
                .table("flext_flyway")
                .load();

        assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
        assertThat(flyway.migrate().migrationsExecuted).isZero();

        assertThat(columns(dataSource)).isEqualTo(columns);
        JdbcAdapters.of(dataSource)
                .snapshots()
                .save(new Snapshot(StreamId.of("a", "1"), 1, 1, Document.EMPTY, EventSamples.AT));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void migrate_tablesOfAnotherTool_isRefusedByName(Supplier<TestDatabase> databases) {
        DataSource dataSource = databases.get().dataSource();
        TestDatabase.execute(dataSource, "drop table flext_schema");

        StorageException refused = catchThrowableOfType(StorageException.class, () -> JdbcSchema.migrate(dataSource));

        assertThat(refused).hasMessageContaining("another tool").hasMessageContaining("flext_event");
        assertThat(refused.isRetryable()).isFalse();
    }

    private static Database of(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Database.of(connection);
        }
    }

    private static DataSource emptied(DataSource dataSource) {
        TABLES.forEach(table -> TestDatabase.execute(dataSource, "drop table if exists " + table));
        return dataSource;
    }

    private static List<String> tables(DataSource dataSource) throws SQLException {
        return texts(dataSource, """
                select lower(table_name) from information_schema.tables
                where table_schema = current_schema order by 1""");
    }

    private static List<String> columns(DataSource dataSource) throws SQLException {
        return texts(dataSource, """
                select lower(table_name || '.' || column_name) || ' ' || data_type || ' ' || is_nullable
                from information_schema.columns
                where table_schema = current_schema and lower(table_name) like 'flext\\_%'
                    and lower(table_name) not like 'flext\\_schema%' and lower(table_name) <> 'flext_flyway' order by 1""");
    }

    private static List<String> texts(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
