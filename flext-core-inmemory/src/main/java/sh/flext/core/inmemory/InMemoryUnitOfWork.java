package sh.flext.core.inmemory;

import java.util.Objects;
import java.util.function.Function;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/** Transactions in memory: each holds the right to write for as long as it is open. */
final class InMemoryUnitOfWork implements UnitOfWork {

    private final InMemoryStore store;

    InMemoryUnitOfWork(InMemoryStore store) {
        this.store = store;
    }

    @Override
    public <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work) {
        store.begin();
        InMemoryTransaction transaction;
        Result<T> result;
        try {
            transaction = new InMemoryTransaction(store);
            result = Objects.requireNonNull(transaction.run(work), "a transaction's work answers with a result");
            if (result.isSuccess()) {
                store.commit(transaction.written());
            }
        } finally {
            store.end();
        }
        if (result.isSuccess()) {
            transaction.committed();
        }
        return result;
    }
}
