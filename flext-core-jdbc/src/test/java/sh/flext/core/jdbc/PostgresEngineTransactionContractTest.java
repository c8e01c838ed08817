package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineTransactionContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineTransactionContractTest extends EngineTransactionContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
