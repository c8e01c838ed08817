package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.AddPipelineStepCommand;
import sh.flext.core.application.pipeline.CancelExecutionCommand;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;

class ConcurrentChangesTest {

    private final World world = World.create();

    @Test
    void addStep_twoThreadsTwentyEach_allFortyAreThere() throws Exception {
        Pipeline pipeline = world.create(CreatePipelineCommand.named("nightly"));
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<Result<Pipeline>>>> answers = new ArrayList<>();
            for (String who : List.of("left", "right")) {
                Callable<List<Result<Pipeline>>> adding = () -> {
                    together.await();
                    return IntStream.range(0, 20)
                            .mapToObj(i -> world.flext.send(
                                    AddPipelineStepCommand.of(pipeline.id(), StepDefinition.of(who + "-" + i, "noop"))))
                            .toList();
                };
                answers.add(threads.submit(adding));
            }
            for (Future<List<Result<Pipeline>>> answer : answers) {
                assertThat(answer.get()).allMatch(Result::isSuccess);
            }
        } finally {
            threads.shutdownNow();
        }

        Pipeline stored = world.stored(pipeline);
        assertThat(stored.steps().stream().map(step -> step.name().value()))
                .containsExactlyInAnyOrderElementsOf(Stream.of("left-", "right-")
                        .flatMap(who -> IntStream.range(0, 20).mapToObj(i -> who + i))
                        .toList());
        assertThat(stored.steps().stream().map(step -> step.order()))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).boxed().toList());
        assertThat(stored.version()).isEqualTo(41);
    }

    @Test
    void update_anotherChangeCameBefore_isDecidedAgainOnWhatIsStoredThen() {
        Pipeline pipeline = world.pipeline("nightly", "etl");
        AtomicInteger changes = new AtomicInteger();
        Flext slow = slowNode(() -> {
            if (changes.getAndIncrement() == 0) {
                world.flext
                        .send(UpdatePipelineCommand.of(pipeline.id()).withTags("changed"))
                        .orElseThrow();
            }
        });

        Pipeline updated = slow.send(UpdatePipelineCommand.of(pipeline.id()).withDescription("after"))
                .orElseThrow();

        assertThat(updated.details().description().value()).isEqualTo("after");
        assertThat(updated.details().tags()).extracting(Object::toString).containsExactly("changed");
        assertThat(changes).hasValue(2);
    }

    @Test
    void update_anotherChangeAlwaysComesBefore_conflictNamingThePipeline() {
        Pipeline pipeline = world.pipeline("nightly");
        AtomicInteger changes = new AtomicInteger();
        Flext slow = slowNode(() -> world.flext
                .send(UpdatePipelineCommand.of(pipeline.id()).withDescription("change " + changes.incrementAndGet()))
                .orElseThrow());

        DomainError error =
                World.errorOf(slow.send(UpdatePipelineCommand.of(pipeline.id()).withTags("late")));

        assertThat(error.kind()).isEqualTo(Kind.CONFLICT);
        assertThat(error.message()).contains(pipeline.id().toString());
        assertThat(changes.get()).isBetween(3, 100);
        assertThat(world.stored(pipeline).details().tags()).isEmpty();
    }

    @Test
    void cancel_executionChangedMeanwhile_isDecidedAgain() {
        PipelineExecution execution = world.requested(world.pipeline("nightly"));
        AtomicInteger changes = new AtomicInteger();
        Flext slow = slowNode(() -> {
            if (changes.getAndIncrement() == 0) {
                world.flext
                        .send(CancelExecutionCommand.of(execution.id(), "bob", "first"))
                        .orElseThrow();
            }
        });

        PipelineExecution cancelled = slow.send(CancelExecutionCommand.of(execution.id(), "ada", "second"))
                .orElseThrow();

        assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(world.events().of(execution.id()).types())
                .containsExactly("PipelineExecutionCreated", "PipelineExecutionCancelled");
    }

    /** A node over the same store to which this happens between loading and saving. */
    private Flext slowNode(Runnable meanwhile) {
        Supplier<UUID> ids = () -> {
            meanwhile.run();
            return world.kit.ids().get();
        };
        return Flext.builder(world.kit.adapters())
                .timer(world.kit.clock())
                .executor(world.kit.executor())
                .ids(ids)
                .build();
    }
}
