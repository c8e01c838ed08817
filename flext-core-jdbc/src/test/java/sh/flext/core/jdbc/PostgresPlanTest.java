package sh.flext.core.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.jdbc.HotStatements.Hot;
import sh.flext.core.ports.execution.ExecutionQueue;
import sh.flext.core.ports.persistence.PageRequest;

/**
 * That no statement that is sent while a node works reads a big table as a whole, that every index is used, and that
 * looking for work costs nothing for what is not to be claimed. On tables that grew from empty: the server then keeps the
 * plans that it made while they were small. And again once it has gathered statistics, and so made new ones.
 */
class PostgresPlanTest {

    /** Those that grow; who subscribes to events are a few. */
    private static final List<String> TABLES = List.of(
            "flext_event",
            "flext_pipeline",
            "flext_execution",
            "flext_execution_number",
            "flext_snapshot",
            "flext_schedule");

    /** More often than the driver and the server need to keep a statement's plan. */
    private static final int TIMES = 12;

    /**
     * A term may stand anywhere in a name, lists by tags or step types are too rare to keep indexes for, and at one status
     * may be most of the executions.
     */
    private static final Set<String> MAY_SCAN = Set.of(
            "list pipelines by search term",
            "list pipelines by tag",
            "list pipelines of step types",
            "count executions by status");

    /**
     * A plan that was made for a handful of executions scans them until the server has gathered statistics again; and without
     * these it takes most executions to be in the queue.
     */
    private static final Set<String> MAY_SCAN_UNTIL_ANALYZED = Set.of(
            "grown: list executions by label", "grown: state of the queue", "grown, generic plans: state of the queue");

    private static final String NEW_SCHEMA = """
            do $$
            declare name text := current_schema;
            begin
                execute format('drop schema %I cascade', name);
                execute format('create schema %I', name);
            end $$""";

    private static final String SEQUENTIAL = "select relname, seq_scan from pg_stat_user_tables";

    private static final String BY_INDEX = "select indexrelname, idx_scan from pg_stat_user_indexes";

    private static final String BLOCKS =
            "select relname, heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read from pg_statio_user_tables";

    private static final Duration LEASE = Duration.ofHours(1);

    private static final TestDatabase DATABASE = TestDatabase.Kind.POSTGRES_WITHOUT_POOL.open();

    private static final Map<String, Set<String>> SCANNED = new LinkedHashMap<>();
    private static final Map<String, Long> INDEX_USE = new TreeMap<>();

    @BeforeAll
    static void sendEverything() throws SQLException {
        try (HikariDataSource automatic = oneConnection("");
                HikariDataSource generic = oneConnection("set plan_cache_mode = force_generic_plan")) {
            // by this connection, so that what making the indexes reads is counted now
            TestDatabase.execute(automatic, NEW_SCHEMA);
            JdbcSchema.migrate(automatic);
            for (String table : TABLES) {
                TestDatabase.execute(automatic, "alter table " + table + " set (autovacuum_enabled = false)");
            }
            Map<String, Hot> alone = new HotStatements(automatic).all();
            Map<String, Hot> always = new HotStatements(generic).all();
            send(TIMES, alone.values());
            send(TIMES, always.values());
            fill(automatic);
            scans("grown", automatic, alone);
            scans("grown, generic plans", generic, always);
            TestDatabase.execute(automatic, "analyze");
            scans("analyzed", automatic, alone);
            scans("analyzed, generic plans", generic, always);
            INDEX_USE.putAll(read(automatic, BY_INDEX));
        }
    }

    @Test
    void hotStatements_bigTables_readNoneAsAWhole() {
        assertThat(SCANNED).isEmpty();
    }

    @Test
    void indexes_allHotStatementsSent_areAllUsed() {
        assertThat(INDEX_USE).isNotEmpty().doesNotContainValue(0L);
    }

    @Test
    void claim_thousandsLeasedOrDueLater_readsAFewBlocks() throws SQLException {
        try (HikariDataSource dataSource = oneConnection("")) {
            ExecutionQueue queue = JdbcAdapters.of(dataSource).queue();
            Set<StepType> types = Set.of(new StepType("work"), new StepType("idle"));
            queue.claim("all", types, 100_000, LEASE);
            TestDatabase.execute(dataSource, "vacuum flext_execution");
            assertThat(queue.claim("none", types, 10, LEASE).leases()).isEmpty();
            long before = read(dataSource, BLOCKS).getOrDefault("flext_execution", 0L);

            queue.claim("none", types, 10, LEASE);

            assertThat(read(dataSource, BLOCKS).getOrDefault("flext_execution", 0L) - before)
                    .isBetween(1L, 100L);
        }
    }

    @Test
    void holdings_thousandsLeasedOfManyMore_readsNoMoreThanThese() throws SQLException {
        try (HikariDataSource dataSource = oneConnection("")) {
            ExecutionQueue queue = JdbcAdapters.of(dataSource).queue();
            long leased = queue.status().leased();
            assertThat(leased).isGreaterThan(4_000);
            long before = read(dataSource, BLOCKS).getOrDefault("flext_execution", 0L);

            assertThat(queue.holdings("nobody", PageRequest.first(50))
                            .orElseThrow()
                            .items())
                    .isEmpty();

            assertThat(read(dataSource, BLOCKS).getOrDefault("flext_execution", 0L) - before)
                    .isBetween(1L, 3 * leased);
        }
    }

    /** One connection, for the plans are the connection's. */
    private static HikariDataSource oneConnection(String preparation) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(DATABASE.dataSource());
        pool.setMaximumPoolSize(1);
        pool.setConnectionInitSql(preparation.isEmpty() ? null : preparation);
        return pool;
    }

    private static void send(int times, Collection<Hot> statements) throws SQLException {
        for (Hot statement : statements) {
            for (int i = 0; i < times; i++) {
                statement.send();
            }
        }
    }

    private static void scans(String when, DataSource dataSource, Map<String, Hot> statements) throws SQLException {
        for (Map.Entry<String, Hot> statement : statements.entrySet()) {
            Map<String, Long> before = read(dataSource, SEQUENTIAL);
            send(2, List.of(statement.getValue()));
            Map<String, Long> after = read(dataSource, SEQUENTIAL);
            Set<String> scanned = TABLES.stream()
                    .filter(table -> !Objects.equals(after.get(table), before.get(table)))
                    .collect(Collectors.toSet());
            String what = when + ": " + statement.getKey();
            if (!scanned.isEmpty()
                    && !MAY_SCAN.contains(statement.getKey())
                    && !MAY_SCAN_UNTIL_ANALYZED.contains(what)) {
                SCANNED.put(what, scanned);
            }
        }
    }

    /** Counters of our tables, with what this connection has done until now. */
    private static Map<String, Long> read(DataSource dataSource, String counters) throws SQLException {
        Map<String, Long> read = new TreeMap<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_stat_force_next_flush()");
            try (ResultSet rows = statement.executeQuery(counters
                    + " where schemaname = current_schema and relname in ('" + String.join("', '", TABLES) + "')")) {
                while (rows.next()) {
                    read.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return read;
    }

    /**
     * 20,000 pipelines and 100,000 executions: most have ended; 2,000 are due, 4,000 leased and 4,000 due tomorrow. And
     * 10,000 that the limits of five pipelines hold back, each of which has reached them. Each pipeline has a schedule, which
     * others see to or which is due tomorrow.
     */
    private static void fill(DataSource dataSource) {
        String id = "('01900000-0000-7000-8000-' || lpad(to_hex(%s), 12, '0'))::uuid";
        List<String> statements = new ArrayList<>();
        statements.add("""
                insert into flext_pipeline (id, version, name, name_folded, active, deleted, valid_steps, tags,
                                            step_types, updated_at)
                select %s, 1, 'pipeline-' || i, 'pipeline-' || i, i %% 10 > 0, i %% 100 = 0, true,
                       array['tag-' || i %% 400, 'all'], array['work'], now()
                from generate_series(1, 20000) i""".formatted(id.formatted("i")));
        statements.add("insert into flext_execution_number (pipeline_id, last_number) select " + id.formatted("i")
                + ", 5 from generate_series(1, 20000) i");
        statements.add("""
                insert into flext_execution (id, version, pipeline_id, number, status, triggered_by, requested_at,
                                             requested_nano, started_at, finished_at, step_types, priority, due_at,
                                             lease_owner, lease_until)
                select %s, 1, %s, 1 + i / 20000, status, 'somebody', now(), 0, now(),
                       case when status in ('COMPLETED', 'FAILED') then now() end,
                       array[case when kind = 1 or i %% 3 > 0 then 'work' else 'idle' end], i %% 3,
                       case kind when 1 then now() - interval '1 minute' when 2 then now() - interval '1 hour'
                                 when 3 then now() + interval '1 day' end,
                       case kind when 2 then 'other' end, case kind when 2 then now() + interval '1 hour' end
                from generate_series(1, 100000) i
                    cross join lateral (select case when i %% 50 = 1 then 1 when i %% 25 = 2 then 2
                                                    when i %% 25 = 3 then 3 else 0 end as kind) k
                    cross join lateral (select case kind when 1 then 'PENDING' when 2 then 'RUNNING'
                                                         when 3 then 'PENDING'
                                                         else case when i %% 7 = 0 then 'FAILED' else 'COMPLETED' end
                                               end as status) s""".formatted(id.formatted("i"), id.formatted("1 + i % 20000")));
        statements.add("""
                update flext_pipeline set max_concurrent = 3, max_starts = 5, start_interval = 60000000
                where name like 'pipeline-%77'""");
        statements.add("""
                insert into flext_execution (id, version, pipeline_id, number, status, triggered_by, requested_at,
                                             requested_nano, step_types, priority, due_at, gate, admitted_at)
                select %1$s, 1, %2$s, i, case when i %% 2000 < 3 then 'RUNNING' else 'PENDING' end, 'somebody', now(), 0,
                       array['idle'], i %% 3, now() - interval '1 minute',
                       case when i %% 2000 >= 3 then %2$s end,
                       case when i %% 2000 < 3 then now() end
                from generate_series(1, 9999) i""".formatted(id.replace("0190", "018f").formatted("i"), id.formatted("100 * (i / 2000) + 77")));
        statements.add(events("execution", 100_000));
        statements.add(events("pipeline", 20_000));
        statements.add("""
                insert into flext_snapshot (stream_id, version, schema_version, state, taken_at)
                select 'test-' || i, 1, 1, '{}', now() from generate_series(1, 20000) i""");
        statements.add("""
                insert into flext_schedule (pipeline_id, expression, zone, misfire, active, paused, settled_until, due_at,
                                            claimed_until, revision)
                select %s, '0 0 * * *', 'Z', 'ONCE', i %% 10 > 0, i %% 15 = 0, now(),
                       case when i %% 25 = 0 then now() - interval '1 minute' else now() + interval '1 day' end,
                       case when i %% 25 = 0 then now() + interval '1 hour' end, 1
                from generate_series(1, 20000) i""".formatted(id.formatted("i")));
        statements.forEach(sql -> TestDatabase.execute(dataSource, sql));
    }

    /** The first event of each stream is as the first one that was stored; those that no list comes to are empty. */
    private static String events(String category, int count) {
        return """
                insert into flext_event (stream_id, version, event_id, type, schema_version, data, metadata)
                select '%1$s-01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'), 1, gen_random_uuid(), type,
                       schema_version, case when i between 1000 and %2$d - 1000 and '%1$s' = 'execution' then '{}' else data end,
                       metadata
                from generate_series(1, %2$d) i
                    cross join (select * from flext_event where stream_id like '%1$s-%%' and version = 1 limit 1) e
                """.formatted(category, count);
    }
}
