package sh.flext.core.inmemory.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.command.Command;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.GetPipelineByNameQuery;
import sh.flext.core.application.pipeline.PipelineCommand;
import sh.flext.core.application.pipeline.PipelineQuery;
import sh.flext.core.application.query.Query;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Forbidden;
import sh.flext.core.domain.result.Result;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.inmemory.testkit.InMemoryMetrics;
import sh.flext.core.inmemory.testkit.InMemoryTracing;
import sh.flext.core.ports.configuration.Configuration;

class FlextTest {

    record Greet(String name) implements Command<String> {}

    record Count() implements Query<Integer> {}

    @Test
    void send_afterItsDeadline_isRefused() {
        try (Flext flext = Flext.builder(InMemoryAdapters.create()).build()) {
            RequestContext late = RequestContext.none().withDeadline(Instant.EPOCH);

            Result<Pipeline> answer = flext.send(CreatePipelineCommand.named("late"), late);

            assertThat(answer.toError())
                    .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("request.deadline"));
            assertThat(flext.ask(new GetPipelineByNameQuery("late"), late).toError())
                    .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo("request.deadline"));
        }
    }

    @Test
    void start_onePipelineOnTheSystemsClock_runsToItsEnd() {
        try (Flext flext = Flext.builder(InMemoryAdapters.create())
                .step(
                        "greet",
                        step -> step.input().getString("name").map(name -> Document.object("text", "Hello " + name)))
                .start()) {
            flext.send(CreatePipelineCommand.named("hello").withStep("greet", "greet"))
                    .orElseThrow();
            PipelineExecution requested = flext.send(
                            ExecutePipelineCommand.named("hello").withInput(Document.object("name", "Ada")))
                    .orElseThrow();

            PipelineExecution ended =
                    flext.await(requested.id(), Duration.ofSeconds(10)).orElseThrow();

            assertThat(ended.status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(ended.outputs().values()).containsExactly(Document.object("text", "Hello Ada"));
            assertThat(flext.ask(GetExecutionQuery.of(requested.id()))).isEqualTo(Result.success(ended));
        }
    }

    @Test
    void build_always_everyPipelineCommandAndQueryHasAHandler() {
        Flext flext = World.create().flext;

        assertThat(flext.commands().types()).containsExactlyInAnyOrder(PipelineCommand.class.getPermittedSubclasses());
        assertThat(flext.queries().types()).containsExactlyInAnyOrder(PipelineQuery.class.getPermittedSubclasses());
    }

    @Test
    void build_ownCommandsQueriesAndMiddleware_serveBesideOurs() {
        List<Class<?>> seen = new ArrayList<>();
        Middleware noting = (type, next) -> (request, context) -> {
            seen.add(type);
            return next.handle(request, context);
        };
        Flext flext = World.create(builder -> builder.commands(commands -> commands.middleware(noting)
                                .handler(Greet.class, (greet, context) -> Result.success("Hello " + greet.name())))
                        .queries(queries ->
                                queries.middleware(noting).handler(Count.class, (count, context) -> Result.success(3))))
                .flext;

        assertThat(flext.send(new Greet("Ada"))).isEqualTo(Result.success("Hello Ada"));
        assertThat(flext.ask(new Count())).isEqualTo(Result.success(3));
        flext.send(CreatePipelineCommand.named("nightly")).orElseThrow();
        flext.ask(new GetPipelineByNameQuery("nightly")).orElseThrow();
        assertThat(seen)
                .containsExactly(Greet.class, Count.class, CreatePipelineCommand.class, GetPipelineByNameQuery.class);
    }

    @Test
    void build_ownHandlerOfOurCommand_refusedNamingIt() {
        Flext.Builder builder = Flext.builder(InMemoryAdapters.create())
                .commands(commands -> commands.handler(
                        CreatePipelineCommand.class, (command, context) -> Result.failure(Forbidden.of("no", "no"))));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(CreatePipelineCommand.class.getName());
    }

    @Test
    void build_twice_refused() {
        Flext.Builder builder = Flext.builder(InMemoryAdapters.create());
        builder.build().close();

        assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void step_typeThatHasSome_refusedNamingIt() {
        Flext.Builder builder =
                Flext.builder(InMemoryAdapters.create()).step("noop", step -> Result.success(Document.EMPTY));

        assertThatThrownBy(() -> builder.step("noop", step -> Result.success(Document.EMPTY)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("noop");
    }

    @Test
    void configuration_malformedSetting_refusedNamingIt() {
        assertThatThrownBy(() -> Flext.builder(InMemoryAdapters.create())
                        .configuration(Configuration.of(Map.of("flext.poll-interval", "often"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flext.poll-interval");
    }

    @Test
    void metricsMiddleware_anyOutcome_isRecordedByTypeAndOutcome() {
        InMemoryMetrics metrics = new InMemoryMetrics();
        Flext flext = observed(Middleware.metrics(metrics));

        flext.send(CreatePipelineCommand.named("nightly")).orElseThrow();
        flext.send(CreatePipelineCommand.named("nightly"));
        flext.send(new Greet("Ada"));

        assertThat(metrics.durations("flext.request")).hasSize(3).allMatch(duration -> !duration.isNegative());
        assertThat(metrics.durations("flext.request", "type", "CreatePipelineCommand", "outcome", "SUCCESS"))
                .hasSize(1);
        assertThat(metrics.durations("flext.request", "type", "CreatePipelineCommand", "outcome", "ALREADY_EXISTS"))
                .hasSize(1);
        assertThat(metrics.durations("flext.request", "type", "Greet", "outcome", "UNEXPECTED"))
                .hasSize(1);
    }

    @Test
    void tracingMiddleware_anyOutcome_spanIsClosedAndSaysHowItFailed() {
        InMemoryTracing tracing = new InMemoryTracing();
        Flext flext = observed(Middleware.tracing(tracing));

        flext.send(CreatePipelineCommand.named("nightly")).orElseThrow();
        flext.send(CreatePipelineCommand.named("nightly"));
        flext.send(new Greet("Ada"));

        assertThat(tracing.spans()).hasSize(3).allMatch(InMemoryTracing.RecordedSpan::closed);
        assertThat(tracing.spans("CreatePipelineCommand"))
                .extracting(InMemoryTracing.RecordedSpan::failureCode)
                .containsExactly(null, "pipeline.name.taken");
        assertThat(tracing.spans("Greet"))
                .extracting(InMemoryTracing.RecordedSpan::failureCode)
                .containsExactly("handler.threw");
    }

    @Test
    void close_afterwards_queriesAndCommandsStillAnswer() {
        World world = World.started();
        world.pipeline("nightly");

        world.flext.close();

        assertThat(world.flext.ask(new GetPipelineByNameQuery("nightly")).isSuccess())
                .isTrue();
        assertThat(World.errorOf(world.flext.ask(new GetPipelineByNameQuery("weekly")))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    /** A node whose greeting throws. */
    private static Flext observed(Middleware middleware) {
        return World.create(builder -> builder.commands(
                        commands -> commands.middleware(middleware).handler(Greet.class, (greet, context) -> {
                            throw new IllegalStateException("no ink");
                        })))
                .flext;
    }
}
