package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionKeyContract;

class PostgresExecutionKeyContractTest extends ExecutionKeyContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
