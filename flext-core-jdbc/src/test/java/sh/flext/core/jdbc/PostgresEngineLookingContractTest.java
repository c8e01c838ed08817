package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineLookingContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineLookingContractTest extends EngineLookingContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
