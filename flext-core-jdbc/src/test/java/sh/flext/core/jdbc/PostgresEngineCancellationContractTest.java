package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineCancellationContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineCancellationContractTest extends EngineCancellationContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
