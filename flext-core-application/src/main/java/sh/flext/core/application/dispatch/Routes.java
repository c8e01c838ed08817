package sh.flext.core.application.dispatch;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import sh.flext.core.application.request.Middleware;
import sh.flext.core.application.request.Request;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.application.request.RequestHandler;
import sh.flext.core.application.request.Route;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.domain.result.Unexpected;

/**
 * The frozen table of routes behind a bus. A look-up is a probe by identity in an array that is at most half full: no
 * allocation, no lock.
 */
public final class Routes {

    private final Set<Class<?>> types;
    private final @Nullable Class<?>[] keys;
    private final @Nullable Route<?, ?>[] routes;

    private Routes(Map<Class<?>, Route<?, ?>> byType) {
        types = Collections.unmodifiableSet(new LinkedHashSet<>(byType.keySet()));
        int capacity = Integer.highestOneBit(Math.max(4, byType.size() * 4 - 1));
        keys = new Class<?>[capacity];
        routes = new Route<?, ?>[capacity];
        byType.forEach((type, route) -> {
            int slot = slot(type);
            keys[slot] = type;
            routes[slot] = route;
        });
    }

    /** Handles a request by the route of its class; a failure that names the class if there is none. */
    @SuppressWarnings("unchecked")
    public <R> Result<R> dispatch(Request<R> request, RequestContext context) {
        Route<?, ?> route = routes[slot(request.getClass())];
        return route == null ? noHandler(request) : ((Route<Request<R>, R>) route).handle(request, context);
    }

    /** Dispatches on an executor; UNAVAILABLE if that takes no more. */
    public <R> CompletableFuture<Result<R>> dispatchAsync(
            Request<R> request, RequestContext context, Executor executor) {
        try {
            return CompletableFuture.supplyAsync(() -> dispatch(request, context), executor);
        } catch (RejectedExecutionException rejected) {
            return CompletableFuture.completedFuture(Result.failure(new Unavailable(
                    "executor.rejected",
                    "the executor takes no more: " + request.getClass().getSimpleName(),
                    rejected)));
        }
    }

    /** The route of a type. */
    @SuppressWarnings("unchecked")
    public <Q extends Request<R>, R> Route<Q, R> route(Class<Q> type) {
        Route<?, ?> route = routes[slot(type)];
        if (route == null) {
            throw new IllegalArgumentException("no handler for " + type.getName());
        }
        return (Route<Q, R>) route;
    }

    /** The types that have a route. */
    public Set<Class<?>> types() {
        return types;
    }

    private int slot(Class<?> type) {
        int mask = keys.length - 1;
        int hash = type.hashCode();
        int slot = (hash ^ (hash >>> 16)) & mask;
        while (keys[slot] != null && keys[slot] != type) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static <R> Result<R> noHandler(Request<R> request) {
        return Result.failure(Unexpected.of(
                "handler.missing",
                "no handler for " + request.getClass().getName() + "; register one where the bus is built"));
    }

    /** Collects handlers and middleware. */
    public static final class Builder {
        private final Map<Class<?>, RequestHandler<?, ?>> handlers = new LinkedHashMap<>();
        private final List<Middleware> middleware = new ArrayList<>();
        private final Set<Class<?>> required = new LinkedHashSet<>();

        /** Adds the handler of a type; an ISE if it has one. */
        public void handler(Class<?> type, RequestHandler<?, ?> handler) {
            if (isAbstract(type)) {
                throw new IllegalArgumentException(type.getName() + " is abstract; requests are routed by their class");
            }
            if (handlers.putIfAbsent(type, handler) != null) {
                throw new IllegalStateException("a second handler for " + type.getName());
            }
        }

        /** Adds a middleware within those added before. */
        public void middleware(Middleware added) {
            middleware.add(added);
        }

        /** Demands a handler for a class, or for every class that a sealed type permits. */
        public void require(Class<?> type) {
            if (type.isSealed()) {
                for (Class<?> permitted : type.getPermittedSubclasses()) {
                    require(permitted);
                }
            } else if (isAbstract(type)) {
                throw new IllegalArgumentException(type.getName() + " is not sealed; require its classes");
            } else {
                required.add(type);
            }
        }

        /** Freezes the table; an ISE naming all types that should have a handler and have none. */
        public Routes build() {
            List<String> missing = required.stream()
                    .filter(type -> !handlers.containsKey(type))
                    .map(Class::getName)
                    .toList();
            if (!missing.isEmpty()) {
                throw new IllegalStateException(
                        "no handler for " + String.join(", ", missing) + "; add one for each before build()");
            }
            Map<Class<?>, Route<?, ?>> routes = new LinkedHashMap<>();
            handlers.forEach((type, handler) -> routes.put(type, new Route<>(type, composed(type, handler))));
            return new Routes(routes);
        }

        private static boolean isAbstract(Class<?> type) {
            return Modifier.isAbstract(type.getModifiers()); // interfaces are
        }

        /** Around middleware stands the route; within, another, so that middleware sees failures and no exceptions. */
        @SuppressWarnings("unchecked") // the type of a handler is checked where it is added
        private RequestHandler<Request<Object>, Object> composed(Class<?> type, RequestHandler<?, ?> handler) {
            RequestHandler<Request<Object>, Object> next = (RequestHandler<Request<Object>, Object>) handler;
            if (!middleware.isEmpty()) {
                next = new Route<>(type, next).innermost();
            }
            for (int i = middleware.size() - 1; i >= 0; i--) {
                next = middleware.get(i).around(type, next);
            }
            return next;
        }
    }
}
