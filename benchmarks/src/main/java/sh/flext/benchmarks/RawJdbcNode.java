package sh.flext.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * What is written without a library: a row for each execution, inserted when it is asked for and updated after each step,
 * each time with a commit. Nobody takes up what is left: a floor, not an engine.
 */
record RawJdbcNode(Options options) implements DurableNode {

    private static final String CREATE = """
            create table raw_execution (id uuid primary key, step integer not null, output jsonb not null,
                                        updated_at timestamptz not null)""";

    private static final String INSERT = "insert into raw_execution values (?, 0, '{}', clock_timestamp())";

    private static final String UPDATE =
            "update raw_execution set step = ?, output = '{}', updated_at = clock_timestamp() where id = ?";

    static RawJdbcNode create(Options options) {
        RawJdbcNode node = new RawJdbcNode(options);
        node.onConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(CREATE);
            }
        });
        return node;
    }

    @Override
    public void execute() {
        request();
    }

    @Override
    public void request() {
        UUID id = UUID.randomUUID();
        onConnection(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert.setObject(1, id);
                insert.executeUpdate();
            }
        });
        for (int step = 1; step <= options.steps(); step++) {
            options.onStep().run();
            int done = step;
            onConnection(connection -> {
                try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
                    update.setInt(1, done);
                    update.setObject(2, id);
                    update.executeUpdate();
                }
            });
        }
        options.onEnd().run();
    }

    @Override
    public void close() {}

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void onConnection(Work work) {
        try (Connection connection = options.database().getConnection()) {
            work.on(connection);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
