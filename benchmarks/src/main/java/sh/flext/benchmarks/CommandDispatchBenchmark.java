package sh.flext.benchmarks;

import an.awesome.pipelinr.Pipelinr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.CommandCallback;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import sh.flext.benchmarks.Signals.Kind;
import sh.flext.benchmarks.Signals.Signal;
import sh.flext.core.application.command.CommandBus;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.Request;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.request.RequestHandler;
import sh.flext.core.application.request.Route;
import sh.flext.core.domain.result.Forbidden;
import sh.flext.core.domain.result.Result;

/**
 * Hands the next of 64 commands, whose types follow each other in turn, to its handler. {@code direct} knows the
 * handler, {@code lookUp} takes it from a {@link HashMap} by the command's class: the floors, whose chain of middleware
 * is composed beforehand. {@code route} is a route of ours taken out of the bus.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar CommandDispatchBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class CommandDispatchBenchmark {

    private static final int COMMANDS = 64;

    /** Who dispatches. */
    @Param({"direct", "route", "lookUp", "bus", "pipelinr", "axon"})
    public String impl;

    /** How many types of commands follow each other. */
    @Param({"1", "8"})
    public int types;

    /** How many middlewares stand before each handler. */
    @Param({"0", "3"})
    public int middlewares;

    private Dispatch dispatch;
    private Signal[] commands;
    private int turn;

    /** Builds the bus. */
    @Setup
    public void setUp() {
        commands = Signals.inTurn(types, COMMANDS);
        List<Kind<?>> kinds = Signals.KINDS.subList(0, types);
        dispatch = switch (impl) {
            case "direct" -> direct(kinds);
            case "route" -> route(kinds);
            case "lookUp" -> lookUp(kinds);
            case "bus" -> ours(kinds);
            case "pipelinr" -> pipelinr(kinds);
            case "axon" -> axon(kinds);
            default -> throw new IllegalArgumentException(impl);
        };
    }

    /** Dispatches the next command. */
    @Benchmark
    public Result<Long> send() {
        int next = turn++ & COMMANDS - 1;
        return dispatch.send(commands[next], next & types - 1);
    }

    /** Has a command handled; {@code kind} is the number of its type, for those who look nothing up. */
    private interface Dispatch {
        Result<Long> send(Signal command, int kind);
    }

    /** Each looks at something of the context that costs nothing to look at. */
    private List<Middleware> middleware() {
        List<Middleware> all = List.of(
                (type, next) ->
                        (request, context) -> context.answerBy() == null ? next.handle(request, context) : refusal(),
                (type, next) ->
                        (request, context) -> context.caller() == null ? next.handle(request, context) : refusal(),
                (type, next) ->
                        (request, context) -> context.attributes() != null ? next.handle(request, context) : refusal());
        return all.subList(0, middlewares);
    }

    private static <T> Result<T> refusal() {
        return Result.failure(Forbidden.of("signal.forbidden", "the signal is not allowed"));
    }

    @SuppressWarnings("unchecked") // as our bus does it
    private RequestHandler<Request<Object>, Object> composed(Kind<?> kind) {
        RequestHandler<?, ?> own = kind.handler();
        RequestHandler<Request<Object>, Object> next = (RequestHandler<Request<Object>, Object>) own;
        List<Middleware> reversed = new ArrayList<>(middleware());
        Collections.reverse(reversed);
        for (Middleware middleware : reversed) {
            next = middleware.around(kind.type(), next);
        }
        return next;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Dispatch direct(List<Kind<?>> kinds) {
        RequestHandler[] handlers = kinds.stream().map(this::composed).toArray(RequestHandler[]::new);
        RequestContext context = RequestContext.none();
        return (command, kind) -> (Result<Long>) handlers[kind].handle(command, context);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Dispatch lookUp(List<Kind<?>> kinds) {
        Map<Class<?>, RequestHandler> handlers = new HashMap<>();
        kinds.forEach(kind -> handlers.put(kind.type(), composed(kind)));
        RequestContext context = RequestContext.none();
        return (command, kind) -> {
            RequestHandler handler = handlers.get(command.getClass());
            return handler == null ? refusal() : (Result<Long>) handler.handle(command, context);
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Dispatch route(List<Kind<?>> kinds) {
        CommandBus bus = bus(kinds);
        Route[] routes = kinds.stream().map(kind -> bus.route(kind.type())).toArray(Route[]::new);
        return (command, kind) -> (Result<Long>) routes[kind].handle(command);
    }

    private Dispatch ours(List<Kind<?>> kinds) {
        CommandBus bus = bus(kinds);
        return (command, kind) -> bus.send(command);
    }

    private CommandBus bus(List<Kind<?>> kinds) {
        CommandBus.Builder builder = CommandBus.builder();
        middleware().forEach(builder::middleware);
        kinds.forEach(kind -> register(builder, kind));
        return builder.build();
    }

    private static <C extends Signal> void register(CommandBus.Builder builder, Kind<C> kind) {
        builder.handler(kind.type(), kind.handler());
    }

    private Dispatch pipelinr(List<Kind<?>> kinds) {
        List<an.awesome.pipelinr.Command.Middleware> all =
                List.of(new PipelinrMiddleware(), new PipelinrMiddleware() {}, new PipelinrMiddleware() {});
        Pipelinr bus = new Pipelinr()
                .with((an.awesome.pipelinr.CommandHandlers) () -> kinds.stream().map(Kind::peer))
                .with((an.awesome.pipelinr.Command.Middlewares) () -> all.subList(0, middlewares).stream());
        return (command, kind) -> bus.send(command);
    }

    private static class PipelinrMiddleware implements an.awesome.pipelinr.Command.Middleware {
        @Override
        public <R, C extends an.awesome.pipelinr.Command<R>> R invoke(C command, Next<R> next) {
            return next.invoke();
        }
    }

    private Dispatch axon(List<Kind<?>> kinds) {
        SimpleCommandBus bus = SimpleCommandBus.builder().build();
        for (Kind<?> kind : kinds) {
            bus.subscribe(kind.type().getName(), message -> ((Signal) message.getPayload()).answer());
        }
        for (int i = 0; i < middlewares; i++) {
            bus.registerHandlerInterceptor((unitOfWork, chain) -> chain.proceed());
        }
        return (command, kind) -> {
            Answer answer = new Answer();
            bus.dispatch(new GenericCommandMessage<>(command), answer);
            return answer.result;
        };
    }

    private static final class Answer implements CommandCallback<Signal, Result<Long>> {
        private Result<Long> result = refusal();

        @Override
        public void onResult(
                CommandMessage<? extends Signal> command, CommandResultMessage<? extends Result<Long>> message) {
            result = message.getPayload();
        }
    }
}
