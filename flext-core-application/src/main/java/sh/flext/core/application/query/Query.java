package sh.flext.core.application.query;

import sh.flext.core.application.request.Request;

/**
 * Asks a question; the answer changes nothing. Implementations are immutable, best records.
 *
 * @param <R> type of the answer
 */
public interface Query<R> extends Request<R> {}
