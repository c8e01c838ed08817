package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineDrainContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineDrainContractTest extends EngineDrainContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
