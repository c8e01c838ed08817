package sh.flext.core.ports.persistence;

import java.util.function.Function;
import sh.flext.core.domain.result.Result;

/** Runs work in a transaction. Thread-safe. */
@FunctionalInterface
public interface UnitOfWork {

    /**
     * Runs {@code work}. If it answers with a success, all that it wrote is stored together; if it answers with a
     * failure, or throws anything at all, nothing is.
     *
     * @return what {@code work} answered; or CONFLICT if it was found only at the end that another changed the same
     * @throws StorageException if the store gave no answer; thrown at the end, all may or may not have happened
     */
    <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work);
}
