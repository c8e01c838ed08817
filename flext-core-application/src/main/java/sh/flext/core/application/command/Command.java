package sh.flext.core.application.command;

import sh.flext.core.application.request.Request;

/**
 * Asks for a change. Implementations are immutable, best records.
 *
 * @param <R> type of the answer
 */
public interface Command<R> extends Request<R> {}
