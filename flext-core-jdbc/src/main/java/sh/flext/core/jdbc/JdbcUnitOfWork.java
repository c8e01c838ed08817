package sh.flext.core.jdbc;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.Transaction;
import sh.flext.core.ports.persistence.UnitOfWork;

/** Transactions on a connection of their own. The work is run once: whether to run it again is for the user to say. */
final class JdbcUnitOfWork implements UnitOfWork {

    private final Connections.Pooled connections;
    private final JdbcAdapters adapters;

    JdbcUnitOfWork(Connections.Pooled connections, JdbcAdapters adapters) {
        this.connections = connections;
        this.adapters = adapters;
    }

    @Override
    public <T> Result<T> run(Function<? super Transaction, ? extends Result<T>> work) {
        AtomicReference<@Nullable JdbcTransaction> ended = new AtomicReference<>();
        Result<T> result = connections.transactionOnce("a unit of work", connection -> {
            JdbcTransaction transaction = new JdbcTransaction(connection, adapters, adapters.knownPosition());
            try {
                return work.apply(transaction);
            } finally {
                transaction.end();
                ended.set(transaction);
            }
        });
        JdbcTransaction transaction = ended.get();
        if (result.isSuccess() && transaction != null) {
            transaction.committed();
        }
        return result;
    }
}
