package sh.flext.core.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.command.Command;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.execution.EngineOptions;
import sh.flext.core.application.execution.ExecutionEngine;
import sh.flext.core.application.execution.StepExecutors;
import sh.flext.core.application.execution.SystemTimer;
import sh.flext.core.application.pipeline.ExecutionCommandHandlers;
import sh.flext.core.application.pipeline.PipelineCommand;
import sh.flext.core.application.pipeline.PipelineCommandHandlers;
import sh.flext.core.application.pipeline.PipelineQueryHandlers;
import sh.flext.core.application.pipeline.ScheduleCommandHandlers;
import sh.flext.core.application.query.Query;
import sh.flext.core.application.query.QueryBus;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.schedule.ScheduledRequests;
import sh.flext.core.application.schedule.Scheduler;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.configuration.Configuration;
import sh.flext.core.ports.execution.ProgressListener;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.execution.TransactionalStep;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;

/**
 * One node: the buses and the engine, wired over one store. Thread-safe.
 *
 * <pre>{@code
 * try (Flext flext = Flext.builder(InMemoryAdapters.create())
 *         .step("greet", step -> step.input().getString("name").map(name -> Document.object("text", "Hello " + name)))
 *         .start()) {
 *     flext.send(CreatePipelineCommand.named("hello").withStep("greet", "greet")).orElseThrow();
 *     …
 * }
 * }</pre>
 */
public final class Flext implements AutoCloseable {

    private final CommandBus commands;
    private final QueryBus queries;
    private final ExecutionEngine engine;
    private final Scheduler scheduler;
    private final EngineOptions options;
    private final List<AutoCloseable> owned;

    private Flext(
            CommandBus commands,
            QueryBus queries,
            ExecutionEngine engine,
            Scheduler scheduler,
            EngineOptions options,
            List<AutoCloseable> owned) {
        this.commands = commands;
        this.queries = queries;
        this.engine = engine;
        this.scheduler = scheduler;
        this.options = options;
        this.owned = owned;
    }

    /** Starts the wiring of a node over these adapters. */
    public static Builder builder(Adapters adapters) {
        return new Builder(adapters);
    }

    /**
     * Starts running executions and, unless the options leave that to other nodes, firing schedules. Until then the node takes
     * commands, and leaves executions to other nodes.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public Flext start() {
        engine.start();
        if (options.schedules()) {
            scheduler.start();
        }
        return this;
    }

    /** Sends a command; see {@link CommandBus#send(Command, RequestContext)}. */
    public <R> Result<R> send(Command<R> command) {
        return commands.send(command);
    }

    /** Sends a command; see {@link CommandBus#send(Command, RequestContext)}. */
    public <R> Result<R> send(Command<R> command, RequestContext context) {
        return commands.send(command, context);
    }

    /** Asks a query; see {@link QueryBus#ask(Query, RequestContext)}. */
    public <R> Result<R> ask(Query<R> query) {
        return queries.ask(query);
    }

    /** Asks a query; see {@link QueryBus#ask(Query, RequestContext)}. */
    public <R> Result<R> ask(Query<R> query, RequestContext context) {
        return queries.ask(query, context);
    }

    /** Waits until an execution has ended; see {@link ExecutionEngine#await}. */
    public Result<PipelineExecution> await(ExecutionId id, Duration timeout) {
        return engine.await(id, timeout);
    }

    /** The execution at its end; see {@link ExecutionEngine#completion}. */
    public CompletableFuture<PipelineExecution> completion(ExecutionId id) {
        return engine.completion(id);
    }

    /** The bus behind {@link #send}: for routes and asynchronous sending. */
    public CommandBus commands() {
        return commands;
    }

    /** The bus behind {@link #ask}: for routes and asynchronous asking. */
    public QueryBus queries() {
        return queries;
    }

    /** Closes with the {@linkplain EngineOptions#drainTimeout() configured} time to drain. */
    @Override
    public void close() {
        close(options.drainTimeout());
    }

    /**
     * Stops firing schedules, drains and closes the engine, see {@link ExecutionEngine#close}, and ends the threads that the
     * node made itself.
     */
    public void close(Duration drainTimeout) {
        scheduler.close(drainTimeout);
        engine.close(drainTimeout);
        for (AutoCloseable resource : owned) {
            try {
                resource.close();
            } catch (Exception impossible) {
                throw new IllegalStateException("closing " + resource, impossible);
            }
        }
    }

    /** Wires a node. Not thread-safe. */
    public static final class Builder {
        private final Adapters adapters;
        private final StepExecutors.Builder executors = StepExecutors.builder();
        private final CommandBus.Builder commands = CommandBus.builder();
        private final QueryBus.Builder queries = QueryBus.builder();
        private EngineOptions options = EngineOptions.defaults();
        private Metrics metrics = Metrics.none();
        private Tracing tracing = Tracing.none();
        private ProgressListener progressListener = progress -> {};
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        private @Nullable Timer timer;
        private @Nullable Executor executor;
        private @Nullable Supplier<UUID> ids;

        private Builder(Adapters adapters) {
            this.adapters = adapters;
        }

        /** The code for a step type; an ISE if the type has some. */
        public Builder step(String type, StepExecutor code) {
            executors.step(new StepType(type), code);
            return this;
        }

        /** The code for a step type whose effect is in the same database; an ISE if the type has some. */
        public Builder transactionalStep(String type, TransactionalStep code) {
            executors.transactionalStep(new StepType(type), code);
            return this;
        }

        /** A step type that other nodes run: executions with such steps are accepted here and run there. */
        public Builder stepElsewhere(String type) {
            executors.elsewhere(new StepType(type));
            return this;
        }

        /** Adds the user's own commands and middleware. */
        public Builder commands(Consumer<CommandBus.Builder> addition) {
            addition.accept(commands);
            return this;
        }

        /** Adds the user's own queries and middleware. */
        public Builder queries(Consumer<QueryBus.Builder> addition) {
            addition.accept(queries);
            return this;
        }

        /** Changes how executions are run. */
        public Builder options(UnaryOperator<EngineOptions> change) {
            options = change.apply(options);
            return this;
        }

        /** Puts settings from outside over the options; see {@link EngineOptions#with(Configuration)}. */
        public Builder configuration(Configuration configuration) {
            options = options.with(configuration);
            return this;
        }

        /**
         * What runs the steps and stores what comes of them; without it virtual threads where the JVM has them, else a pool
         * of as many daemon threads at most as steps and executions may run at once. One with fewer threads than steps may run
         * at once lets steps wait that are recorded as started.
         */
        public Builder executor(Executor steps) {
            executor = steps;
            return this;
        }

        /** The clock; without it the system's. */
        public Builder timer(Timer clock) {
            timer = clock;
            return this;
        }

        /** What gives UUIDs of version 7; without it {@link TimeOrderedIds}. */
        public Builder ids(Supplier<UUID> source) {
            ids = source;
            return this;
        }

        /** What gives numbers from 0 to 1 for the jitter of retries. */
        public Builder random(DoubleSupplier source) {
            random = source;
            return this;
        }

        /** What takes the engine's numbers. */
        public Builder metrics(Metrics sink) {
            metrics = sink;
            return this;
        }

        /** What opens spans around steps. */
        public Builder tracing(Tracing tracer) {
            tracing = tracer;
            return this;
        }

        /** What is told how far running steps are. */
        public Builder onProgress(ProgressListener listener) {
            progressListener = listener;
            return this;
        }

        /** The node, not started. One builder is for one node: a second call is an ISE. */
        public Flext build() {
            List<AutoCloseable> owned = new ArrayList<>();
            Timer clock = timer == null ? owned(new SystemTimer(), owned) : timer;
            Executor steps = executor == null ? ownExecutor(owned) : executor;
            Supplier<UUID> source = ids == null ? new TimeOrderedIds(clock) : ids;
            ExecutionEngine engine = new ExecutionEngine(
                    options,
                    adapters,
                    executors.build(),
                    clock,
                    steps,
                    source,
                    random,
                    metrics,
                    tracing,
                    progressListener);
            ScheduledRequests requests = new ScheduledRequests(adapters, engine, clock, source);
            Scheduler scheduler = new Scheduler(options, adapters, requests, clock, steps, source, metrics);
            new ScheduleCommandHandlers(adapters, requests, scheduler, clock, source).register(commands);
            new PipelineCommandHandlers(adapters, clock, source).register(commands);
            new ExecutionCommandHandlers(adapters, engine, clock, source).register(commands);
            commands.require(PipelineCommand.class);
            new PipelineQueryHandlers(adapters).register(queries);
            commands.middleware(Middleware.deadlines(clock));
            queries.middleware(Middleware.deadlines(clock));
            return new Flext(commands.build(), queries.build(), engine, scheduler, options, owned);
        }

        /** The node, started. */
        public Flext start() {
            return build().start();
        }

        private Executor ownExecutor(List<AutoCloseable> owned) {
            // while the outcome of one step is stored, another one runs in its slot
            long max = (long) options.maxConcurrentSteps() + options.maxConcurrentExecutions();
            ExecutorService own = StepThreads.create((int) Math.min(max, Integer.MAX_VALUE));
            owned.add(0, own::shutdownNow);
            return own;
        }

        private static <T extends AutoCloseable> T owned(T resource, List<AutoCloseable> owned) {
            owned.add(resource);
            return resource;
        }
    }
}
