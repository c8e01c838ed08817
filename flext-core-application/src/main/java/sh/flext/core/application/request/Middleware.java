package sh.flext.core.application.request;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import sh.flext.core.application.observability.Observers;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.TimedOut;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.observability.Tracing;

/**
 * Something that happens around the handling of every request: logging, authorization, validation. Composed once for
 * each route, when the bus is built; the first one added is the outermost.
 *
 * <pre>{@code
 * Middleware onlyAdmins = (type, next) -> (request, context) ->
 *         isAdmin(context) ? next.handle(request, context) : Result.failure(Forbidden.of("admins.only", "…"));
 * }</pre>
 */
@FunctionalInterface
public interface Middleware {

    /**
     * The handler that stands before {@code next}; {@code next} itself where there is nothing to do for this type.
     * What {@code next} answers is never null, and what the handler threw is a failure there already.
     *
     * @param type the type of the requests that will come through
     */
    RequestHandler<Request<Object>, Object> around(Class<?> type, RequestHandler<Request<Object>, Object> next);

    /** Refuses requests whose deadline has passed before they are handled. */
    static Middleware deadlines(InstantSource clock) {
        return (type, next) -> (request, context) -> context.deadline()
                        .filter(deadline -> !clock.instant().isBefore(deadline))
                        .isPresent()
                ? Result.failure(TimedOut.of(
                        "request.deadline",
                        type.getSimpleName() + " came after its deadline "
                                + context.deadline().get()))
                : next.handle(request, context);
    }

    /** Logs every request that fails: at WARN if it is refused, at ERROR with the exception if one was thrown. */
    static Middleware logging(Logger logger) {
        return (type, next) -> (request, context) -> next.handle(request, context)
                .peekError(error -> error.cause()
                        .ifPresentOrElse(
                                cause -> logger.error("{} failed: {}", type.getSimpleName(), error.message(), cause),
                                () -> logger.warn(
                                        "{} was refused: {} ({})",
                                        type.getSimpleName(),
                                        error.message(),
                                        error.code())));
    }

    /** Records how long each request takes, as {@code flext.request} by type and outcome. What the sink throws is logged. */
    static Middleware metrics(Metrics sink) {
        Metrics metrics = Observers.guarded(sink);
        return (type, next) -> (request, context) -> {
            long start = System.nanoTime();
            Result<Object> result = next.handle(request, context);
            metrics.record(
                    "flext.request",
                    Duration.ofNanos(System.nanoTime() - start),
                    "type",
                    type.getSimpleName(),
                    "outcome",
                    result.<String>fold(
                            value -> "SUCCESS", error -> error.kind().name()));
            return result;
        };
    }

    /** Opens a span around each request, named after its type. What the tracer throws is logged. */
    static Middleware tracing(Tracing tracer) {
        Tracing tracing = Observers.guarded(tracer);
        return (type, next) -> (request, context) -> {
            try (Tracing.Span span = tracing.start(type.getSimpleName(), Map.of())) {
                return next.handle(request, context).peekError(error -> span.fail(error.code(), error.message()));
            }
        };
    }
}
