package sh.flext.core.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

/**
 * Three workers run executions of random steps, with retries and cancellations, while workers are killed and paused,
 * connections cut, and the server killed; some pipelines have limits. Faults come as work gets done, not by time.
 * {@code -Pchaos} runs it for long.
 */
@Timeout(1_800)
class ChaosTest {

    private static final int EXECUTIONS = Integer.getInteger("flext.chaos.executions", 140);
    private static final int FAULTS = Integer.getInteger("flext.chaos.faults", 7);
    private static final long SEED = Long.getLong("flext.chaos.seed", System.nanoTime());

    private static final int WORKERS = 3;
    private static final int UNDER_WAY = 60;

    /** So many are asked for at first that limits hold back. */
    private static final int AT_THE_LIMITS = 16;

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Random random = new Random(SEED);
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final List<WorkerProcess> workers = new ArrayList<>();
    private final List<Pipeline> pipelines = new ArrayList<>();
    private final List<ExecutionId> asked = new ArrayList<>();

    private enum Fault {
        WORKER_KILLED,
        WORKER_PAUSED,
        CONNECTIONS_CUT,
        SERVER_KILLED
    }

    @Test
    void execute_whileEverythingFails_promisesAreKept() {
        try (CrashServer server = CrashServer.start()) {
            String url = server.newSchema("chaos");
            try (Asker asker = new Asker(url)) {
                createPipelines(asker);
                for (int i = 0; i < WORKERS; i++) {
                    workers.add(WorkerProcess.start(url, LEASE));
                }
                List<Fault> faults = faults();
                for (int i = 0; i < EXECUTIONS; i++) {
                    awaitUnderWay(url, UNDER_WAY);
                    ask(asker, i);
                    if (random.nextInt(6) == 0) {
                        cancel(asker, asked.get(asked.size() - 1 - random.nextInt(Math.min(asked.size(), 10))));
                    }
                    if ((i + 1) % Math.max(1, EXECUTIONS / FAULTS) == 0 && !faults.isEmpty()) {
                        inject(faults.remove(faults.size() - 1), server, url);
                    }
                }
                awaitUnderWay(url, 1);
                judge(asker);
            } finally {
                workers.forEach(WorkerProcess::close);
            }
        }
    }

    private void judge(Asker asker) {
        History history = asker.history();
        System.out.printf(
                "chaos of seed %d: %s; %d executions, %d taken over, %d cancelled%n",
                SEED, happened, history.executions(), history.takeovers(), history.cancelled());
        assertThat(asked).as("seed %d", SEED).doesNotHaveDuplicates();
        assertThat(history.executions()).as("seed %d", SEED).isEqualTo(EXECUTIONS);
        history.assertPromisesKept();
        pipelines.forEach(history::assertLimitsKept);
        assertThat(history.takeovers()).as("takeovers, seed %d", SEED).isPositive();
        assertThat(history.cancelled()).as("cancellations, seed %d", SEED).isPositive();
    }

    private List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < FAULTS; i++) {
            faults.add(
                    i % 7 == 6
                            ? Fault.SERVER_KILLED
                            : List.of(Fault.WORKER_KILLED, Fault.WORKER_PAUSED, Fault.CONNECTIONS_CUT)
                                    .get(i % 3));
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private void inject(Fault fault, CrashServer server, String url) {
        happened.merge(fault, 1, Integer::sum);
        switch (fault) {
            case WORKER_KILLED -> {
                workers.remove(random.nextInt(workers.size())).kill();
                workers.add(WorkerProcess.start(url, LEASE));
            }
            case WORKER_PAUSED -> {
                WorkerProcess paused = workers.get(random.nextInt(workers.size()));
                paused.pause();
                try {
                    awaitText(
                            url,
                            "select count(*) from flext_execution where lease_owner = '" + paused.node()
                                    + "' and lease_until > clock_timestamp()",
                            "0");
                } finally {
                    paused.goOn();
                }
            }
            case CONNECTIONS_CUT ->
                CrashServer.execute(
                        url,
                        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                                + " and backend_type = 'client backend' and random() < 0.5");
            case SERVER_KILLED -> server.killAndRestart();
        }
    }

    private void createPipelines(Asker asker) {
        RetryPolicy retries = RetryPolicy.attempts(4).withInitialDelay(Duration.ofMillis(50));
        create(
                asker,
                "paced",
                new ExecutionLimits(0, OverflowPolicy.QUEUE, 1, Duration.ofSeconds(1)),
                StepDefinition.of("a", "plain"));
        create(
                asker,
                "narrow",
                new ExecutionLimits(2, OverflowPolicy.QUEUE, 0, Duration.ZERO),
                StepDefinition.of("a", "transactional"),
                StepDefinition.of("b", "plain").withDependsOn("a"));
        create(asker, "short", ExecutionLimits.NONE, StepDefinition.of("a", "plain"));
        create(
                asker,
                "chain",
                ExecutionLimits.NONE,
                StepDefinition.of("a", "plain"),
                StepDefinition.of("b", "transactional"),
                StepDefinition.of("c", "flaky").withRetryPolicy(retries),
                StepDefinition.of("d", "transactional"));
        create(
                asker,
                "diamond",
                ExecutionLimits.NONE,
                StepDefinition.of("a", "flaky").withRetryPolicy(retries),
                StepDefinition.of("b", "transactional").withDependsOn("a"),
                StepDefinition.of("c", "transactional").withDependsOn("a"),
                StepDefinition.of("d", "flaky").withRetryPolicy(retries).withDependsOn("a"),
                StepDefinition.of("e", "plain").withDependsOn("b", "c", "d"));
        create(
                asker,
                "unlucky",
                ExecutionLimits.NONE,
                StepDefinition.of("a", "transactional"),
                StepDefinition.of("b", "flaky").withDependsOn("a"),
                StepDefinition.of("c", "plain").withDependsOn("a"),
                StepDefinition.of("d", "transactional").withDependsOn("c"));
    }

    private void create(Asker asker, String name, ExecutionLimits limits, StepDefinition... steps) {
        CreatePipelineCommand create = CreatePipelineCommand.named(name)
                .withConfiguration(Document.object("work_millis", 1_000))
                .withLimits(limits);
        for (StepDefinition step : steps) {
            create = create.withStep(step);
        }
        pipelines.add(asker.node().send(create).orElseThrow());
    }

    /** Asks until there is an answer: the key makes of all tries one execution. */
    private void ask(Asker asker, int number) {
        List<String> limited = List.of("paced", "narrow");
        List<String> others = List.of("short", "chain", "diamond", "unlucky");
        List<String> chosen = number < AT_THE_LIMITS || random.nextInt(5) == 0 ? limited : others;
        String pipeline = chosen.get(random.nextInt(chosen.size()));
        ExecutePipelineCommand command = ExecutePipelineCommand.named(pipeline)
                .withIdempotencyKey("chaos " + number)
                .withPriority(random.nextInt(3))
                .withFailurePolicy(
                        random.nextBoolean() ? FailurePolicy.STOP_AT_ONCE : FailurePolicy.FINISH_INDEPENDENT_BRANCHES);
        Awaitility.await().atMost(LONG).until(() -> {
            Result<PipelineExecution> answer = asker.node().send(command);
            boolean unavailable = isUnavailable(answer);
            if (!unavailable) {
                asked.add(answer.orElseThrow().id());
            }
            return !unavailable;
        });
    }

    private static void cancel(Asker asker, ExecutionId execution) {
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        !isUnavailable(asker.node().send(CancelExecutionCommand.of(execution, "chaos", "by chance"))));
    }

    private static boolean isUnavailable(Result<?> answer) {
        return answer.toError()
                .filter(error -> error.kind() == DomainError.Kind.UNAVAILABLE)
                .isPresent();
    }

    private static void awaitUnderWay(String url, int fewer) {
        Awaitility.await()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> Integer.parseInt(
                                CrashServer.texts(url, "select count(*) from flext_execution where due_at is not null")
                                        .get(0))
                        < fewer);
    }

    private static void awaitText(String url, String sql, String text) {
        Awaitility.await().atMost(LONG).until(() -> CrashServer.texts(url, sql).equals(List.of(text)));
    }
}
