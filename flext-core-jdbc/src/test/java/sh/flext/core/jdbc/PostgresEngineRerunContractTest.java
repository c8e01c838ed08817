package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineRerunContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineRerunContractTest extends EngineRerunContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
