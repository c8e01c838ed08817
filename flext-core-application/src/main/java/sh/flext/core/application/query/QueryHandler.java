package sh.flext.core.application.query;

import sh.flext.core.application.request.RequestHandler;

/**
 * Answers queries of one type. One object serves all, several at once.
 *
 * @param <C> type of the query
 * @param <R> type of the answer
 */
@FunctionalInterface
public interface QueryHandler<C extends Query<R>, R> extends RequestHandler<C, R> {}
