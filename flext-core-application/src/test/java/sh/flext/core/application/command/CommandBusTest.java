package sh.flext.core.application.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.request.Route;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Forbidden;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.StorageException;

class CommandBusTest {

    /** The commands of an account. */
    sealed interface AccountCommand<R> extends Command<R> {}

    record Open(String owner) implements AccountCommand<Integer> {}

    record Pay(int cents) implements AccountCommand<String> {}

    record Close() implements AccountCommand<String> {}

    @Test
    void send_differentTypes_eachGetsTheAnswerOfItsHandler() {
        CommandBus bus = CommandBus.builder()
                .handler(
                        Open.class,
                        (command, context) -> Result.success(command.owner().length()))
                .handler(Pay.class, (command, context) -> Result.success(command.cents() + " cents"))
                .build();

        Integer opened = bus.send(new Open("Ada")).orElseThrow();
        String paid = bus.send(new Pay(7)).orElseThrow();

        assertThat(opened).isEqualTo(3);
        assertThat(paid).isEqualTo("7 cents");
    }

    @Test
    void send_manyTypes_eachFindsItsOwnHandler() {
        List<Command<String>> commands = manyCommands();
        CommandBus.Builder builder = CommandBus.builder();
        commands.forEach(command -> register(builder, command));
        CommandBus bus = builder.build();

        assertThat(commands)
                .allSatisfy(command -> assertThat(bus.send(command))
                        .isEqualTo(Result.success(command.getClass().getName())));
        assertThat(bus.types()).hasSameSizeAs(commands);
    }

    @Test
    void send_withContext_handlerAndMiddlewareGetThatVeryContext() {
        List<RequestContext> seen = new ArrayList<>();
        CommandBus bus = CommandBus.builder()
                .middleware((type, next) -> (request, context) -> {
                    seen.add(context);
                    return next.handle(request, context);
                })
                .handler(Close.class, (command, context) -> {
                    seen.add(context);
                    return Result.success("closed");
                })
                .build();
        RequestContext context = RequestContext.none().withCorrelationId("order-1");

        bus.send(new Close(), context).orElseThrow();

        assertThat(seen).hasSize(2).allMatch(context::equals);
    }

    @Test
    void send_withoutContext_contextIsEmpty() {
        AtomicReference<RequestContext> seen = new AtomicReference<>();
        CommandBus bus = closing((command, context) -> {
            seen.set(context);
            return Result.success("closed");
        });

        bus.send(new Close()).orElseThrow();

        assertThat(seen).hasValue(RequestContext.none());
    }

    @Test
    void send_refusalOfHandler_isHandedOnAsItIs() {
        DomainError refusal = NotFound.of("account.not_found", "there is no account");

        assertThat(closing((command, context) -> Result.failure(refusal)).send(new Close()))
                .isEqualTo(Result.failure(refusal));
    }

    @Test
    void send_typeWithoutHandler_failureNamesTheCommand() {
        CommandBus bus = CommandBus.builder().build();

        DomainError error = errorOf(bus.send(new Pay(1)));

        assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED);
        assertThat(error.code()).isEqualTo("handler.missing");
        assertThat(error.message()).contains(Pay.class.getName()).contains("register");
    }

    @Test
    void send_handlerThrows_unexpectedThatKeepsTheCauseAndNamesTheCommand() {
        IllegalStateException thrown = new IllegalStateException("no ink");

        DomainError error = errorOf(closing((command, context) -> {
                    throw thrown;
                })
                .send(new Close()));

        assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED);
        assertThat(error.code()).isEqualTo("handler.threw");
        assertThat(error.message()).contains("Close").contains("no ink");
        assertThat(error.cause()).containsSame(thrown);
    }

    @Test
    void send_storeGivesNoAnswer_unavailableThatKeepsTheCause() {
        StorageException thrown = new StorageException("the connection is gone", true, null);

        DomainError error = errorOf(closing((command, context) -> {
                    throw thrown;
                })
                .send(new Close()));

        assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(error.message()).contains("Close").contains("the connection is gone");
        assertThat(error.cause()).containsSame(thrown);
    }

    @Test
    void send_handlerThrowsARefusal_failureIsThatRefusal() {
        DomainError refusal = Forbidden.of("account.forbidden", "not yours");

        assertThat(closing((command, context) -> {
                            throw new DomainException(refusal);
                        })
                        .send(new Close()))
                .isEqualTo(Result.failure(refusal));
    }

    @Test
    void send_handlerThrowsAnError_passesThrough() {
        AssertionError fatal = new AssertionError("fatal");
        CommandBus bus = closing((command, context) -> {
            throw fatal;
        });

        assertThatThrownBy(() -> bus.send(new Close())).isSameAs(fatal);
    }

    @Test
    void send_handlerAnswersNull_failureNamesTheCommand() {
        DomainError error = errorOf(closing((command, context) -> nothing()).send(new Close()));

        assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED);
        assertThat(error.code()).isEqualTo("handler.no_answer");
        assertThat(error.message()).contains("Close").contains("null");
    }

    @Test
    void send_middlewareThrows_unexpectedThatKeepsTheCause() {
        IllegalStateException thrown = new IllegalStateException("no rights file");
        CommandBus bus = CommandBus.builder()
                .middleware((type, next) -> (request, context) -> {
                    throw thrown;
                })
                .handler(Close.class, (command, context) -> Result.success("closed"))
                .build();

        assertThat(errorOf(bus.send(new Close())).cause()).containsSame(thrown);
    }

    @Test
    void middleware_handlerThrowsOrAnswersNull_middlewareSeesAFailure() {
        List<String> seen = new ArrayList<>();
        CommandBus bus = CommandBus.builder()
                .middleware((type, next) ->
                        (request, context) -> next.handle(request, context).peekError(error -> seen.add(error.code())))
                .handler(Pay.class, (command, context) -> {
                    throw new IllegalStateException("no ink");
                })
                .handler(Close.class, (command, context) -> nothing())
                .build();

        bus.send(new Pay(1));
        bus.send(new Close());

        assertThat(seen).containsExactly("handler.threw", "handler.no_answer");
    }

    @Test
    void middleware_several_firstAddedIsOutermost() {
        List<String> calls = new ArrayList<>();
        CommandBus bus = CommandBus.builder()
                .middleware(noting("first", calls))
                .handler(Close.class, (command, context) -> {
                    calls.add("handler");
                    return Result.success("closed");
                })
                .middleware(noting("second", calls))
                .build();

        bus.send(new Close()).orElseThrow();

        assertThat(calls).containsExactly("> first", "> second", "handler", "< second", "< first");
    }

    @Test
    void middleware_manySends_composedOncePerTypeWhenTheBusIsBuilt() {
        List<Class<?>> composed = new ArrayList<>();
        CommandBus.Builder builder = CommandBus.builder()
                .middleware((type, next) -> {
                    composed.add(type);
                    return next;
                })
                .handler(Open.class, (command, context) -> Result.success(1))
                .handler(Close.class, (command, context) -> Result.success("closed"));
        assertThat(composed).isEmpty();

        CommandBus bus = builder.build();
        bus.send(new Close()).orElseThrow();
        bus.send(new Close()).orElseThrow();
        bus.send(new Open("Ada")).orElseThrow();

        assertThat(composed).containsExactlyInAnyOrder(Open.class, Close.class);
    }

    @Test
    void middleware_refuses_handlerIsNotAsked() {
        AtomicInteger handled = new AtomicInteger();
        DomainError refusal = Forbidden.of("admins.only", "only for administrators");
        CommandBus bus = CommandBus.builder()
                .middleware((type, next) -> (request, context) -> Result.failure(refusal))
                .handler(Close.class, (command, context) -> Result.success("closed " + handled.incrementAndGet()))
                .build();

        assertThat(bus.send(new Close())).isEqualTo(Result.failure(refusal));
        assertThat(handled).hasValue(0);
    }

    @Test
    void middleware_addedAfterTheBusWasBuilt_busStaysAsItWas() {
        CommandBus.Builder builder =
                CommandBus.builder().handler(Close.class, (command, context) -> Result.success("closed"));
        CommandBus bus = builder.build();

        builder.middleware((type, next) -> (request, context) -> Result.failure(NotFound.of("late", "late")))
                .handler(Pay.class, (command, context) -> Result.success("paid"));

        assertThat(bus.send(new Close())).isEqualTo(Result.success("closed"));
        assertThat(bus.types()).isEqualTo(Set.of(Close.class));
    }

    @Test
    void build_secondHandlerOfAType_refusedNamingTheType() {
        CommandBus.Builder builder =
                CommandBus.builder().handler(Close.class, (command, context) -> Result.success("closed"));

        assertThatThrownBy(() -> builder.handler(Close.class, (command, context) -> Result.success("again")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Close.class.getName());
    }

    @Test
    void build_sealedTypeRequired_allMissingAreNamed() {
        CommandBus.Builder builder = CommandBus.builder()
                .require(AccountCommand.class)
                .handler(Open.class, (command, context) -> Result.success(1));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Pay.class.getName())
                .hasMessageContaining(Close.class.getName())
                .hasMessageNotContaining(Open.class.getName());
    }

    @Test
    void build_allRequiredAreThere_succeeds() {
        CommandBus bus = CommandBus.builder()
                .require(AccountCommand.class)
                .require(Close.class)
                .handler(Open.class, (command, context) -> Result.success(1))
                .handler(Pay.class, (command, context) -> Result.success("paid"))
                .handler(Close.class, (command, context) -> Result.success("closed"))
                .build();

        assertThat(bus.types()).isEqualTo(Set.of(Open.class, Pay.class, Close.class));
    }

    @Test
    void require_openInterfaceOrAbstractClass_refusedNamingIt() {
        assertThatThrownBy(() -> CommandBus.builder().require(Command.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Command.class.getName());
        assertThatThrownBy(() -> CommandBus.builder().require(Unsealed.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Unsealed.class.getName());
    }

    @Test
    void handler_ofAnAbstractType_refusedNamingIt() {
        assertThatThrownBy(() ->
                        CommandBus.builder().handler(Unsealed.class, (command, context) -> Result.success("never")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Unsealed.class.getName());
    }

    @Test
    void route_ofAType_handlesAsTheBusDoes() {
        List<String> calls = new ArrayList<>();
        CommandBus bus = CommandBus.builder()
                .middleware(noting("around", calls))
                .handler(
                        Pay.class,
                        (command, context) -> Result.success(
                                command.cents() + context.correlationId().orElse("")))
                .build();

        Route<Pay, String> route = bus.route(Pay.class);

        assertThat(route.handle(new Pay(7))).isEqualTo(Result.success("7"));
        assertThat(route.handle(new Pay(7), RequestContext.none().withCorrelationId(" of order-1")))
                .isEqualTo(Result.success("7 of order-1"));
        assertThat(calls).hasSize(4);
        assertThat(bus.route(Pay.class)).isSameAs(route);
    }

    @Test
    void route_ofATypeWithoutHandler_refusedNamingIt() {
        CommandBus bus = CommandBus.builder().build();

        assertThatThrownBy(() -> bus.route(Pay.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Pay.class.getName());
    }

    @Test
    void sendAsync_onAnExecutor_handledThereAndNotBefore() throws Exception {
        List<Runnable> tasks = new ArrayList<>();
        CommandBus bus = closing((command, context) ->
                Result.success("closed by " + context.correlationId().orElseThrow()));

        CompletableFuture<Result<String>> answer =
                bus.sendAsync(new Close(), RequestContext.none().withCorrelationId("order-1"), tasks::add);

        assertThat(answer).isNotDone();
        assertThat(tasks).hasSize(1);
        tasks.get(0).run();
        assertThat(answer.get()).isEqualTo(Result.success("closed by order-1"));
    }

    @Test
    void sendAsync_executorTakesNoMore_unavailableNamingTheCommand() throws Exception {
        RejectedExecutionException rejected = new RejectedExecutionException("full");
        Executor full = task -> {
            throw rejected;
        };
        CommandBus bus = closing((command, context) -> Result.success("closed"));

        DomainError error =
                errorOf(bus.sendAsync(new Close(), RequestContext.none(), full).get());

        assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(error.message()).contains("Close");
        assertThat(error.cause()).containsSame(rejected);
    }

    @Test
    void sendAsync_handlerThrows_futureSucceedsWithAFailure() throws Exception {
        CommandBus bus = closing((command, context) -> {
            throw new IllegalStateException("no ink");
        });

        assertThat(errorOf(bus.sendAsync(new Close(), RequestContext.none(), Runnable::run)
                                .get())
                        .code())
                .isEqualTo("handler.threw");
    }

    @Test
    void sendAsync_handlerThrowsAnError_futureFailsWithIt() {
        AssertionError fatal = new AssertionError("fatal");
        CommandBus bus = closing((command, context) -> {
            throw fatal;
        });

        CompletableFuture<Result<String>> answer = bus.sendAsync(new Close(), RequestContext.none(), Runnable::run);

        assertThat(answer).isCompletedExceptionally();
        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(fatal);
    }

    abstract static class Unsealed implements Command<String> {}

    private static CommandBus closing(CommandHandler<Close, String> handler) {
        return CommandBus.builder().handler(Close.class, handler).build();
    }

    private static Middleware noting(String name, List<String> calls) {
        return (type, next) -> (request, context) -> {
            calls.add("> " + name);
            try {
                return next.handle(request, context);
            } finally {
                calls.add("< " + name);
            }
        };
    }

    private static DomainError errorOf(Result<?> result) {
        return result.toError().orElseThrow(() -> new AssertionError("a success: " + result));
    }

    /** What a handler answers whose author forgot to. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @SuppressWarnings("unchecked")
    private static void register(CommandBus.Builder builder, Command<String> command) {
        builder.handler(
                (Class<Command<String>>) command.getClass(),
                (request, context) -> Result.success(request.getClass().getName()));
    }

    private static List<Command<String>> manyCommands() {
        List<Command<String>> commands = new ArrayList<>();
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        commands.add(new Command<>() {});
        return commands;
    }
}
