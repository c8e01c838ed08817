package sh.flext.core.application.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.ActivatePipelineCommand;
import sh.flext.core.application.pipeline.AddPipelineStepCommand;
import sh.flext.core.application.pipeline.DeactivatePipelineCommand;
import sh.flext.core.application.pipeline.DeletePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.ListExecutionsQuery;
import sh.flext.core.application.pipeline.UpdatePipelineCommand;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

/** What requests for executions carry: the key by which they are made once, the labels by which they are found. */
public abstract class EngineRequestsContract extends EngineContract {

    /** For subclasses. */
    protected EngineRequestsContract() {}

    @Test
    void execute_sameKeyAgain_answersWithTheSameExecutionWhereverItStands() {
        AtomicInteger runs = new AtomicInteger();
        Flext node = start(node("n").step("s", step -> {
            runs.incrementAndGet();
            return Result.success(NOTHING);
        }));
        Flext other = closedAfterwards(node("other").stepElsewhere("s").build());
        Pipeline pipeline = pipeline(node, step("s"));
        ExecutePipelineCommand keyed = ExecutePipelineCommand.of(pipeline.id()).withIdempotencyKey("order 4711");

        PipelineExecution first = node.send(keyed).orElseThrow();
        PipelineExecution second =
                other.send(keyed.withInput(Document.object("other", 1))).orElseThrow();
        PipelineExecution ended = await(node, first);
        PipelineExecution third = other.send(keyed).orElseThrow();

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.executionRequest().input()).isEqualTo(Document.EMPTY);
        assertThat(third).isEqualTo(ended);
        assertThat(runs).hasValue(1);
    }

    @Test
    void execute_anotherNodeHasChangedThePipeline_goesByWhatItIsNow() {
        Flext node = start(node("n").step("s", done()).step("t", done()));
        Flext other = closedAfterwards(
                node("other").stepElsewhere("s").stepElsewhere("t").build());
        Pipeline pipeline = pipeline(node, step("s"));
        String name = pipeline.name().value();
        List<ExecutePipelineCommand> known =
                List.of(ExecutePipelineCommand.of(pipeline.id()), ExecutePipelineCommand.named(name));
        known.forEach(command -> assertThat(
                        await(node, node.send(command).orElseThrow()).stepRuns())
                .hasSize(1));

        other.send(AddPipelineStepCommand.of(pipeline.id(), step("t"))).orElseThrow();
        for (ExecutePipelineCommand command : known) {
            assertThat(await(node, node.send(command).orElseThrow()).stepRuns()).hasSize(2);
        }

        other.send(DeactivatePipelineCommand.of(pipeline.id())).orElseThrow();
        for (ExecutePipelineCommand command : known) {
            assertThat(node.send(command).toError().orElseThrow().code()).isEqualTo("pipeline.not_executable");
        }

        other.send(ActivatePipelineCommand.of(pipeline.id())).orElseThrow();
        for (ExecutePipelineCommand command : known) {
            assertThat(await(node, node.send(command).orElseThrow()).status()).isEqualTo(ExecutionStatus.COMPLETED);
        }

        other.send(UpdatePipelineCommand.of(pipeline.id()).withName("another name"))
                .orElseThrow();
        assertThat(node.send(known.get(0)).orElseThrow().executionRequest().pipelineName())
                .hasToString("another name");
        assertThat(node.send(known.get(1)).toError().orElseThrow().kind()).isEqualTo(DomainError.Kind.NOT_FOUND);

        other.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();
        assertThat(node.send(known.get(0)).toError().orElseThrow().kind()).isEqualTo(DomainError.Kind.NOT_FOUND);
    }

    @Test
    void execute_keyOfAPipelineThatAnotherNodeHasDeleted_isNotFound() {
        Flext node = start(node("n").step("s", done()));
        Flext other = closedAfterwards(node("other").build());
        Pipeline pipeline = pipeline(node, step("s"));
        ExecutePipelineCommand command = ExecutePipelineCommand.of(pipeline.id());
        await(node, node.send(command).orElseThrow());
        await(node, node.send(command.withIdempotencyKey("once")).orElseThrow());

        other.send(DeletePipelineCommand.of(pipeline.id())).orElseThrow();

        assertThat(node.send(command.withIdempotencyKey("once"))
                        .toError()
                        .orElseThrow()
                        .kind())
                .isEqualTo(DomainError.Kind.NOT_FOUND);
    }

    @Test
    void execute_limitsComeMeanwhile_hold() {
        Flext node = start(node("n").step("s", done()));
        Pipeline pipeline = pipeline(node, step("s"));
        ExecutePipelineCommand command = ExecutePipelineCommand.of(pipeline.id());
        assertThat(node.send(command).orElseThrow().executionRequest().limited())
                .isFalse();

        Flext other = closedAfterwards(node("other").build());
        other.send(UpdatePipelineCommand.of(pipeline.id())
                        .withLimits(ExecutionLimits.concurrent(1, OverflowPolicy.QUEUE)
                                .orElseThrow()))
                .orElseThrow();

        assertThat(node.send(command).orElseThrow().executionRequest().limited())
                .isTrue();
    }

    @Test
    void execute_otherKeyOrOtherPipeline_isAnotherExecution() {
        Flext node = start(node("n").step("s", done()));
        Pipeline one = pipeline(node, step("s"));
        Pipeline two = pipeline(node, step("s"));

        Set<ExecutionId> ids = new HashSet<>();
        for (Pipeline pipeline : List.of(one, two)) {
            for (String key : List.of("a", "b")) {
                ids.add(node.send(ExecutePipelineCommand.of(pipeline.id()).withIdempotencyKey(key))
                        .orElseThrow()
                        .id());
            }
        }

        assertThat(ids).hasSize(4);
    }

    @Test
    void execute_sameKeyFromManyThreadsOnTwoNodes_isOneExecution() {
        AtomicInteger runs = new AtomicInteger();
        List<Flext> nodes = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            nodes.add(start(node(name).executor(unbounded()).step("s", step -> {
                runs.incrementAndGet();
                return Result.success(NOTHING);
            })));
        }
        Pipeline pipeline = pipeline(nodes.get(0), step("s"));
        int rounds = 6;
        for (int round = 0; round < rounds; round++) {
            ExecutePipelineCommand keyed =
                    ExecutePipelineCommand.of(pipeline.id()).withIdempotencyKey("round " + round);

            List<PipelineExecution> answers =
                    atOnce(6, number -> nodes.get(number % 2).send(keyed).orElseThrow());

            assertThat(answers)
                    .extracting(PipelineExecution::id)
                    .containsOnly(answers.get(0).id());
            assertThat(await(nodes.get(0), answers.get(0)).status()).isEqualTo(ExecutionStatus.COMPLETED);
        }

        assertThat(runs).hasValue(rounds);
        assertThat(adapters().executions().stats(pipeline.id()).total()).isEqualTo(rounds);
    }

    @Test
    void execute_sameKeyThoughTheLimitIsReached_answersWithTheSameExecution() {
        Flext node = closedAfterwards(node("n").stepElsewhere("s").build());
        Pipeline pipeline = pipeline(node, step("s"));
        node.send(UpdatePipelineCommand.of(pipeline.id())
                        .withLimits(ExecutionLimits.concurrent(1, OverflowPolicy.REFUSE)
                                .orElseThrow()))
                .orElseThrow();
        ExecutePipelineCommand keyed = ExecutePipelineCommand.of(pipeline.id()).withIdempotencyKey("k");
        PipelineExecution first = node.send(keyed).orElseThrow();

        assertThat(node.send(keyed).orElseThrow()).isEqualTo(first);
        assertThat(node.send(keyed.withIdempotencyKey("other")).isFailure()).isTrue();
    }

    @Test
    void listExecutions_withLabels_areThoseThatHaveEachOfThem() {
        Flext node = start(node("n").step("s", done()));
        Pipeline pipeline = pipeline(node, step("s"));
        ExecutePipelineCommand plain = ExecutePipelineCommand.of(pipeline.id());
        PipelineExecution both = node.send(plain.withLabel("customer", "a=b").withLabel("region", "eu"))
                .orElseThrow();
        PipelineExecution one = node.send(plain.withLabel("region", "eu")).orElseThrow();
        node.send(plain.withLabel("region", "us")).orElseThrow();
        node.send(plain).orElseThrow();

        ListExecutionsQuery inEurope = ListExecutionsQuery.all().withLabel("region", "eu");
        assertThat(found(node, inEurope)).containsExactly(one.id(), both.id());
        assertThat(found(node, inEurope.withLabel("customer", "a=b"))).containsExactly(both.id());
        assertThat(found(node, inEurope.withLabel("customer", "c"))).isEmpty();
        assertThat(found(node, ListExecutionsQuery.all())).hasSize(4);
    }

    private static List<ExecutionId> found(Flext node, ListExecutionsQuery query) {
        return node.ask(query).orElseThrow().items().stream()
                .map(PipelineExecution::id)
                .toList();
    }
}
