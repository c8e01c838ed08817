package sh.flext.core.application.command;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import sh.flext.core.application.dispatch.Routes;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.request.Route;
import sh.flext.core.domain.result.Result;

/**
 * Hands commands to their handlers, through middleware. Built once and then frozen; thread-safe. Sending looks one
 * route up by the command's class and allocates nothing.
 *
 * <pre>{@code
 * CommandBus bus = CommandBus.builder()
 *         .middleware(Middleware.deadlines(clock))
 *         .handler(OpenAccount.class, openAccount)
 *         .build();
 * Result<AccountId> answer = bus.send(new OpenAccount(…));
 * }</pre>
 */
public final class CommandBus {

    private final Routes routes;

    private CommandBus(Routes routes) {
        this.routes = routes;
    }

    /** Starts a bus. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sends a command with a context of which nothing is known; see {@link #send(Command, RequestContext)}. */
    public <R> Result<R> send(Command<R> command) {
        return routes.dispatch(command, RequestContext.none());
    }

    /**
     * Sends a command on the calling thread.
     *
     * @return what the handler answered; UNEXPECTED naming the command if it has no handler; UNAVAILABLE or UNEXPECTED with
     *     the cause if an exception was thrown. An {@link Error} passes through
     */
    public <R> Result<R> send(Command<R> command, RequestContext context) {
        return routes.dispatch(command, context);
    }

    /** Sends a command on an executor; UNAVAILABLE if that takes no more. The future fails only with an {@link Error}. */
    public <R> CompletableFuture<Result<R>> sendAsync(Command<R> command, RequestContext context, Executor executor) {
        return routes.dispatchAsync(command, context, executor);
    }

    /** The route of a type of commands, for those who want to look nothing up; an IAE if it has no handler. */
    public <Q extends Command<R>, R> Route<Q, R> route(Class<Q> type) {
        return routes.route(type);
    }

    /** The types of commands that have a handler. */
    public Set<Class<?>> types() {
        return routes.types();
    }

    /** Collects handlers and middleware. Not thread-safe. */
    public static final class Builder {
        private final Routes.Builder routes = new Routes.Builder();

        private Builder() {}

        /** Adds the handler of a type of commands; an ISE if the type has one. */
        public <Q extends Command<R>, R> Builder handler(Class<Q> type, CommandHandler<Q, R> handler) {
            routes.handler(type, handler);
            return this;
        }

        /** Adds a middleware within those added before, around every handler. */
        public Builder middleware(Middleware middleware) {
            routes.middleware(middleware);
            return this;
        }

        /** Demands that {@link #build} finds a handler for this class, or for every class that a sealed type permits. */
        public Builder require(Class<?> type) {
            routes.require(type);
            return this;
        }

        /** The bus; an ISE naming all {@linkplain #require required} types without a handler. */
        public CommandBus build() {
            return new CommandBus(routes.build());
        }
    }
}
