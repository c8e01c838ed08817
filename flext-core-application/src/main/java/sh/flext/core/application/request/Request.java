package sh.flext.core.application.request;

/**
 * Something that is asked of the application: a command or a query. Implementations are immutable, best records.
 *
 * @param <R> type of the answer
 */
public interface Request<R> {}
