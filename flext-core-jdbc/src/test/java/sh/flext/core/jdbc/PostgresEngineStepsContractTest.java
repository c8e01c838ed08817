package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineStepsContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineStepsContractTest extends EngineStepsContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
