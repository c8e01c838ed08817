package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineLimitsContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineLimitsContractTest extends EngineLimitsContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
