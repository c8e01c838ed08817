package sh.flext.core.application.query;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import sh.flext.core.application.dispatch.Routes;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.request.Route;
import sh.flext.core.domain.result.Result;

/**
 * Hands queries to their handlers, through middleware. Built once and then frozen; thread-safe. Asking looks one
 * route up by the query's class and allocates nothing.
 *
 * <pre>{@code
 * QueryBus bus = QueryBus.builder()
 *         .middleware(Middleware.deadlines(clock))
 *         .handler(GetBalance.class, getBalance)
 *         .build();
 * Result<Balance> answer = bus.ask(new GetBalance(…));
 * }</pre>
 */
public final class QueryBus {

    private final Routes routes;

    private QueryBus(Routes routes) {
        this.routes = routes;
    }

    /** Starts a bus. */
    public static Builder builder() {
        return new Builder();
    }

    /** Asks a query with a context of which nothing is known; see {@link #ask(Query, RequestContext)}. */
    public <R> Result<R> ask(Query<R> query) {
        return routes.dispatch(query, RequestContext.none());
    }

    /**
     * Asks a query on the calling thread.
     *
     * @return what the handler answered; UNEXPECTED naming the query if it has no handler; UNAVAILABLE or UNEXPECTED with
     *     the cause if an exception was thrown. An {@link Error} passes through
     */
    public <R> Result<R> ask(Query<R> query, RequestContext context) {
        return routes.dispatch(query, context);
    }

    /** Asks a query on an executor; UNAVAILABLE if that takes no more. The future fails only with an {@link Error}. */
    public <R> CompletableFuture<Result<R>> askAsync(Query<R> query, RequestContext context, Executor executor) {
        return routes.dispatchAsync(query, context, executor);
    }

    /** The route of a type of queries, for those who want to look nothing up; an IAE if it has no handler. */
    public <Q extends Query<R>, R> Route<Q, R> route(Class<Q> type) {
        return routes.route(type);
    }

    /** The types of queries that have a handler. */
    public Set<Class<?>> types() {
        return routes.types();
    }

    /** Collects handlers and middleware. Not thread-safe. */
    public static final class Builder {
        private final Routes.Builder routes = new Routes.Builder();

        private Builder() {}

        /** Adds the handler of a type of queries; an ISE if the type has one. */
        public <Q extends Query<R>, R> Builder handler(Class<Q> type, QueryHandler<Q, R> handler) {
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
        public QueryBus build() {
            return new QueryBus(routes.build());
        }
    }
}
