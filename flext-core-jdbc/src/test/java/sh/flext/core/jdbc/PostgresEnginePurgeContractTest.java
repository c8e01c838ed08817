package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EnginePurgeContract;
import sh.flext.core.ports.Adapters;

class PostgresEnginePurgeContractTest extends EnginePurgeContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
