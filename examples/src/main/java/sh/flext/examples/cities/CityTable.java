package sh.flext.examples.cities;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.examples.csv.CsvRow;

/** The table {@code city}. */
final class CityTable {

    private static final String COLUMNS = "geonameid, name, country, alpha_2, continent, execution_id";

    private static final String IS_THERE = """
            select 1 from information_schema.tables
            where lower(table_name) = 'city' and table_schema = current_schema""";

    private static final String IS_OURS = "select " + COLUMNS + " from city where 1 = 0";

    private static final String DELETE = "delete from city";

    private static final String INSERT = "insert into city (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?)";

    private CityTable() {}

    /**
     * Makes the table if it is not there.
     *
     * @throws SQLException if it cannot be made, or one of that name is there that has other columns
     */
    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!isThere(statement)) {
                try {
                    statement.execute(ddl());
                } catch (SQLException failed) {
                    // PostgreSQL refuses the slower of two who make it at the same moment
                    if (!isThere(statement)) {
                        throw failed;
                    }
                }
            }
            statement.executeQuery(IS_OURS).close();
        }
    }

    private static boolean isThere(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(IS_THERE)) {
            return rows.next();
        }
    }

    private static String ddl() {
        try (InputStream script = CityTable.class.getResourceAsStream("city.sql")) {
            if (script == null) {
                throw new IllegalStateException("the jar lacks its script city.sql");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Empties the table, for the rows of this execution; it all depends on the transaction of the connection. */
    static Rows replace(Connection connection, ExecutionId execution) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(DELETE);
        }
        return new Rows(connection, execution);
    }

    /** Writes rows in batches. Not thread-safe. */
    static final class Rows implements AutoCloseable {

        private static final int BATCH = 1_000;

        private final ExecutionId execution;
        private final PreparedStatement insert;
        private int waiting;

        private Rows(Connection connection, ExecutionId execution) throws SQLException {
            this.execution = execution;
            this.insert = connection.prepareStatement(INSERT);
        }

        /** Adds a row that {@link JoinCities} wrote. */
        void add(CsvRow row) throws SQLException {
            insert.setLong(1, row.number("geonameid"));
            insert.setString(2, row.get("city"));
            insert.setString(3, row.get("country"));
            insert.setString(4, row.get("alpha-2"));
            insert.setString(5, row.get("continent"));
            insert.setObject(6, execution.value());
            insert.addBatch();
            if (++waiting == BATCH) {
                flush();
            }
        }

        /** Writes what waits for its batch to be full. */
        void flush() throws SQLException {
            insert.executeBatch();
            waiting = 0;
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
