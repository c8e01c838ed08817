package sh.flext.benchmarks;

import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A node that keeps in PostgreSQL what it is asked to run, so that it is run even if the node ends. All that it runs are
 * executions of steps that do nothing. Thread-safe.
 */
interface DurableNode extends AutoCloseable {

    /** Where the tables are, for those who do not take the schema of the connection. */
    String SCHEMA = BenchmarkDatabase.SCHEMA;

    /**
     * What a node is to be like.
     *
     * @param database where it keeps executions; nodes over the same one share them
     * @param steps how many steps an execution has, one after another
     * @param workers how many steps it runs at once
     * @param polling how often a node looks for work that it is not told of; null for what it does by itself
     * @param onStep is told when a step begins
     * @param onEnd is told when an execution has ended
     */
    record Options(
            DataSource database,
            int steps,
            int workers,
            @Nullable Duration polling,
            Runnable onStep,
            Runnable onEnd) {}

    /** Asks for an execution and waits for its end. */
    void execute();

    /** Asks for an execution: when this returns, it is stored. */
    void request();

    @Override
    void close();

    /** A node that runs what it is asked for, and what others are asked for. */
    static DurableNode running(String name, Options options) {
        return switch (name) {
            case "raw" -> RawJdbcNode.create(options);
            case "dbos" -> DbosNode.running(options);
            case "dbScheduler" -> DbSchedulerNode.running(options);
            case "flext" -> FlextNode.running(options);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** A node that leaves what it is asked for to others, over the database of one that has been running. */
    static DurableNode asking(String name, Options options) {
        return switch (name) {
            case "dbos" -> DbosNode.asking(options);
            case "dbScheduler" -> DbSchedulerNode.asking(options);
            case "flext" -> FlextNode.asking(options);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
