package sh.flext.core.application.command;

import sh.flext.core.application.request.RequestHandler;

/**
 * Carries out commands of one type. One object serves all, several at once.
 *
 * @param <C> type of the command
 * @param <R> type of the answer
 */
@FunctionalInterface
public interface CommandHandler<C extends Command<R>, R> extends RequestHandler<C, R> {}
