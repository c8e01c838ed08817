package sh.flext.core.application.request;

import sh.flext.core.domain.result.Result;

/**
 * Answers requests of one type. One object serves all, several at once.
 *
 * @param <Q> type of the request
 * @param <R> type of the answer
 */
@FunctionalInterface
public interface RequestHandler<Q extends Request<R>, R> {

    /**
     * Answers one request. What it throws becomes a failure: UNAVAILABLE for a
     * {@link sh.flext.core.ports.persistence.StorageException}, else UNEXPECTED; an {@link Error} passes through.
     */
    Result<R> handle(Q request, RequestContext context);
}
