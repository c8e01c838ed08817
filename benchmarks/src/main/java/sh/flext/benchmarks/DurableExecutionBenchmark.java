package sh.flext.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Executions that survive the process, on PostgreSQL with all that makes it durable. {@code execute}: of three steps, asked
 * for and awaited by 1, 16 and 64 threads. {@code queued}: of one step, asked for before and run by ten workers, or as many as {@code -p workers} says.
 * {@code sameNode} and {@code otherNode}: the time from a request to the first step while nothing else happens, where the
 * node that is asked runs it, and where another one does. Steps do nothing. The tables are empty at first and grow. See
 * {@link RawJdbcNode}, {@link DbosNode}, {@link DbSchedulerNode}; each does what it can, and none does all.
 *
 * <p>What the server did for each execution is printed at the end of each fork, with what was done beside: looking for work,
 * keeping leases.
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar DurableExecutionBenchmark.execute -p impl=raw,dbos,flext
 * java -jar benchmarks/target/benchmarks.jar DurableExecutionBenchmark.queued -p impl=dbos,dbScheduler,flext
 * java -jar benchmarks/target/benchmarks.jar DurableExecutionBenchmark.sameNode -p impl=raw,dbos,dbScheduler,flext
 * java -jar benchmarks/target/benchmarks.jar DurableExecutionBenchmark.otherNode -p impl=dbos,dbScheduler,flext
 * }</pre>
 *
 * <p>With {@code -p planCacheMode=force_generic_plan} the server does not plan anew while it knows little of tables that have
 * just begun to grow. For a server of your own see {@link BenchmarkDatabase}; it
 * has to have {@code pg_stat_statements} loaded.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 3, time = 4)
@Measurement(iterations = 3, time = 4)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class DurableExecutionBenchmark {

    /** How many executions are run at once where nothing else is said: more than are asked for at once. */
    private static final int WORKERS = 64;

    private static final int PATIENCE_SECONDS = 30;

    private static void await(Semaphore event) {
        try {
            if (!event.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing happens: is the backlog used up?");
            }
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    /** Who runs executions in which database. */
    @State(Scope.Benchmark)
    public abstract static class OnDatabase {

        /** Who runs them. */
        @Param({"raw", "dbos", "dbScheduler", "flext"})
        public String impl;

        /** How many connections the pool has. */
        @Param("16")
        public int pool;

        /** How the server chooses between plans for any values and plans for those at hand. */
        @Param("auto")
        public String planCacheMode;

        final AtomicLong ended = new AtomicLong();

        private BenchmarkDatabase database;
        private BenchmarkDatabase.Work work = BenchmarkDatabase.Work.NONE;

        /** Starts a server, and what is to run on it. */
        @Setup
        public void open() {
            database = BenchmarkDatabase.counting(pool, planCacheMode);
            start();
        }

        /** Stops all, and tells what the server did. */
        @TearDown
        public void close() {
            stop();
            work.print((double) ended.get(), "executions");
            database.close();
        }

        void beginToCount() {
            work = work.minus(database.work());
        }

        void endToCount() {
            work = work.plus(database.work());
        }

        abstract void start();

        abstract void stop();

        DurableNode.Options options(
                int steps, int workers, @Nullable Duration polling, Runnable onStep, Runnable onEnd) {
            return new DurableNode.Options(database.pool(), steps, workers, polling, onStep, () -> {
                ended.incrementAndGet();
                onEnd.run();
            });
        }
    }

    /** One node. */
    public static class OneNode extends OnDatabase {

        private DurableNode node;

        @Override
        void start() {
            node = DurableNode.running(impl, options(3, WORKERS, null, () -> {}, () -> {}));
            beginToCount();
        }

        @Override
        void stop() {
            node.close();
            endToCount();
        }
    }

    /** One at a time. */
    @Benchmark
    @Threads(1)
    public void execute1(OneNode on) {
        on.node.execute();
    }

    /** As many at once as the pool has connections. */
    @Benchmark
    @Threads(16)
    public void execute16(OneNode on) {
        on.node.execute();
    }

    /** More at once than the pool has connections. */
    @Benchmark
    @Threads(64)
    public void execute64(OneNode on) {
        on.node.execute();
    }

    /** A queue that is filled up before each iteration, and a node that works it off during the iteration. */
    public static class FilledQueue extends OnDatabase {

        private static final int REQUESTERS = 16;

        /** As often as it may; who asks again as soon as it has room does not need it. */
        private static final Duration POLLING = Duration.ofMillis(10);

        /** How many executions are in the queue before each iteration: more than are run in it. */
        @Param("30000")
        public int backlog;

        /** How many steps may run at once. */
        @Param("10")
        public int workers;

        private final Semaphore ends = new Semaphore(0);

        private DurableNode asking;
        private DurableNode working;
        private long requested;

        @Override
        void start() {
            run();
            asking = DurableNode.asking(impl, options(1, workers, null, () -> {}, () -> {}));
            working.close();
        }

        private void run() {
            working = DurableNode.running(impl, options(1, workers, POLLING, () -> {}, ends::release));
        }

        /** Asks for as many as are missing, and lets them be run. */
        @Setup(Level.Iteration)
        public void fill() throws Exception {
            long missing = backlog - (requested - ended.get());
            ExecutorService requesters = Executors.newFixedThreadPool(REQUESTERS);
            List<CompletableFuture<Void>> requests = new ArrayList<>();
            for (long request = 0; request < missing; request++) {
                requests.add(CompletableFuture.runAsync(asking::request, requesters));
            }
            requests.forEach(CompletableFuture::join);
            requesters.shutdown();
            requested += missing;
            ends.drainPermits();
            beginToCount();
            run();
        }

        /** Lets no more be run. */
        @TearDown(Level.Iteration)
        public void drain() {
            working.close();
            endToCount();
        }

        @Override
        void stop() {
            asking.close();
        }
    }

    /** The end of one. */
    @Benchmark
    @Threads(1)
    public void queued(FilledQueue on) {
        await(on.ends);
    }

    /** Nodes that have nothing to do but for one execution now and then. */
    public abstract static class Idle extends OnDatabase {

        /** So many are run one after another beforehand, else it is the compiler that is measured. */
        private static final int REHEARSALS = 2_000;

        private final Semaphore steps = new Semaphore(0);
        private final Semaphore ends = new Semaphore(0);
        private DurableNode running;
        private long requestedAt;
        private long longestNanos;

        DurableNode asked;

        @Override
        void start() {
            running = DurableNode.running(impl, options(1, WORKERS, null, steps::release, ends::release));
            asked = running;
            for (int rehearsal = 0; rehearsal < REHEARSALS; rehearsal++) {
                running.request();
                await(steps);
                await(ends);
            }
            ended.set(0);
            beginToCount();
        }

        /**
         * By chance up to the longest time that it took so far, so that requests come at any moment between two looks of
         * one that polls, and not always just after one.
         */
        @Setup(Level.Invocation)
        public void pause() {
            long pause = ThreadLocalRandom.current().nextLong(longestNanos + TimeUnit.MILLISECONDS.toNanos(20));
            LockSupport.parkNanos(pause);
            requestedAt = System.nanoTime();
        }

        void untilFirstStep() {
            asked.request();
            await(steps);
            longestNanos = Math.max(longestNanos, System.nanoTime() - requestedAt);
        }

        /** Waits for the end of the execution. */
        @TearDown(Level.Invocation)
        public void end() {
            await(ends);
        }

        @Override
        void stop() {
            running.close();
            endToCount();
        }
    }

    /** The node that is asked runs it. */
    public static class SameNode extends Idle {}

    /** A node that does not run it is asked. */
    public static class OtherNode extends Idle {

        @Override
        void start() {
            super.start();
            asked = DurableNode.asking(impl, options(1, WORKERS, null, () -> {}, () -> {}));
        }

        @Override
        void stop() {
            asked.close();
            super.stop();
        }
    }

    /** From the request to the first step on the same node. */
    @Benchmark
    @Threads(1)
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Fork(1)
    public void sameNode(SameNode on) {
        on.untilFirstStep();
    }

    /** From the request to the first step on another node. */
    @Benchmark
    @Threads(1)
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Fork(1)
    @Warmup(iterations = 1, time = 3)
    @Measurement(iterations = 3, time = 10)
    public void otherNode(OtherNode on) {
        on.untilFirstStep();
    }
}
