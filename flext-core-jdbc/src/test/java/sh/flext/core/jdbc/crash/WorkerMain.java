package sh.flext.core.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import sh.flext.core.application.Flext;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.persistence.Transaction;

/**
 * What a forked JVM runs: a node whose steps leave traces. {@code plain} writes into {@code ran} what it does, on a
 * connection of its own; {@code transactional} writes into {@code effect} in the transaction of its completion;
 * {@code flaky} fails by chance, the same for each attempt wherever it is run. {@code hold} and {@code
 * hold-transactional} do as the first two, and then wait until there is a row in {@code gate}.
 */
public final class WorkerMain {

    /** Where the steps leave their traces. */
    static final String TABLES = """
            create table ran (execution uuid not null, step text not null, attempt integer not null, node text not null);
            create table effect (execution uuid not null, step text not null, node text not null);
            create table gate (open boolean)""";

    private WorkerMain() {}

    /** Arguments: the address, the node's name, how long a lease lasts. Ends when told to by a signal. */
    public static void main(String[] args) throws InterruptedException {
        HikariDataSource pool = CrashServer.pool(args[0]);
        builder(pool, pool, args[1], Duration.parse(args[2])).start();
        System.out.println("ready");
        Thread.currentThread().join();
    }

    /** A node over one database, whose steps leave their traces in the other: the same, but for who watches it. */
    static Flext.Builder builder(DataSource dataSource, DataSource traces, String node, Duration lease) {
        return Flext.builder(JdbcAdapters.of(dataSource))
                .options(options -> options.withNode(node)
                        .withLeaseDuration(lease)
                        .withPollInterval(Duration.ofMillis(500))
                        .withMaxTakeovers(1_000))
                .step("plain", step -> plain(step, traces, node))
                .step("flaky", step -> flaky(step, traces, node))
                .step("hold", step -> plain(step, traces, node).peek(done -> holdUntilGateIsOpen(step, traces)))
                .transactionalStep(
                        "hold-transactional",
                        (step, transaction) ->
                                transactional(step, transaction, node).peek(done -> holdUntilGateIsOpen(step, traces)))
                .transactionalStep("transactional", (step, transaction) -> transactional(step, transaction, node));
    }

    private static Result<Document> plain(StepContext step, DataSource traces, String node)
            throws SQLException, InterruptedException {
        try (Connection connection = traces.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into ran values (?, ?, ?, ?)")) {
            insert.setObject(1, step.executionId().value());
            insert.setString(2, step.stepName().value());
            insert.setInt(3, step.attempt());
            insert.setString(4, node);
            insert.executeUpdate();
        }
        work(step);
        return Result.success(Document.object("node", node));
    }

    private static Result<Document> flaky(StepContext step, DataSource traces, String node)
            throws SQLException, InterruptedException {
        return chance(step) % 3 == 0
                ? Result.failure(Unavailable.of("flaky", "attempt " + step.attempt() + " has no luck"))
                : plain(step, traces, node);
    }

    private static Result<Document> transactional(StepContext step, Transaction transaction, String node)
            throws SQLException {
        Connection connection = transaction.unwrap(Connection.class).orElseThrow();
        try (PreparedStatement insert = connection.prepareStatement("insert into effect values (?, ?, ?)")) {
            insert.setObject(1, step.executionId().value());
            insert.setString(2, step.stepName().value());
            insert.setString(3, node);
            insert.executeUpdate();
        }
        return Result.success(Document.object("node", node));
    }

    private static void holdUntilGateIsOpen(StepContext step, DataSource traces) {
        System.out.println(step.stepName() + " holds");
        while (!isGateOpen(traces)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            if (step.cancellation().isCancelled()) {
                System.out.println(step.stepName() + " was told to stop");
                step.cancellation().throwIfCancelled();
            }
        }
        System.out.println(step.stepName() + " goes on");
    }

    /** Asks on another thread: the interrupt of a step would close the connection of a virtual one. */
    private static boolean isGateOpen(DataSource traces) {
        return CompletableFuture.supplyAsync(
                        () -> !CrashServer.texts(traces, "select 1 from gate").isEmpty())
                .join();
    }

    /** Takes a while, as a pipeline asks for. */
    private static void work(StepContext step) throws InterruptedException {
        long most = step.pipelineConfiguration().getLong("work_millis").orElse(0L);
        new CountDownLatch(1).await(most == 0 ? 0 : chance(step) % most, TimeUnit.MILLISECONDS);
    }

    private static long chance(StepContext step) {
        return Math.floorMod((step.idempotencyKey() + step.attempt()).hashCode() * 31L, 1_000);
    }
}
