package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineSchedulesContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineSchedulesContractTest extends EngineSchedulesContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
