package sh.flext.core.application.request;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.persistence.StorageException;

/**
 * The way from one type of request through all middleware to its handler: what a bus looks up, taken out to look
 * nothing up at all. Immutable and thread-safe.
 *
 * @param <Q> type of the request
 * @param <R> type of the answer
 */
public final class Route<Q extends Request<R>, R> {

    private static final Logger LOG = LoggerFactory.getLogger(Route.class);

    private final Class<?> type;
    private final RequestHandler<Q, R> handler;

    /** A route; buses make them. */
    public Route(Class<?> type, RequestHandler<Q, R> handler) {
        this.type = type;
        this.handler = handler;
    }

    /** Handles a request about which nothing else is known. */
    public Result<R> handle(Q request) {
        return handle(request, RequestContext.none());
    }

    /** Handles a request. Exceptions become failures that keep them; {@link Error}s pass through. */
    @SuppressWarnings("NullAway") // a handler of a user who knows no null markers may answer null
    public Result<R> handle(Q request, RequestContext context) {
        try {
            Result<R> result = handler.handle(request, context);
            return result != null ? result : noAnswer();
        } catch (Exception thrown) {
            return Result.failure(errorOf(thrown));
        }
    }

    /**
     * This route as a handler that stands within middleware. It calls the handler at a place of its own: within {@link
     * #handle(Request, RequestContext)} the same call would meet the first middleware too, and be slower for both.
     */
    @SuppressWarnings("NullAway") // as in handle
    public RequestHandler<Q, R> innermost() {
        return (request, context) -> {
            try {
                Result<R> result = handler.handle(request, context);
                return result != null ? result : noAnswer();
            } catch (Exception thrown) {
                return Result.failure(errorOf(thrown));
            }
        };
    }

    private Result<R> noAnswer() {
        return Result.failure(
                Unexpected.of("handler.no_answer", "the handler of " + type.getSimpleName() + " answered null"));
    }

    private DomainError errorOf(Exception thrown) {
        if (thrown instanceof DomainException refused) {
            return refused.error();
        }
        String message = type.getSimpleName() + ": " + thrown;
        if (thrown instanceof StorageException) {
            return new Unavailable("storage.unavailable", message, thrown);
        }
        LOG.error("Handling {} threw", type.getName(), thrown);
        return new Unexpected("handler.threw", message, thrown);
    }
}
