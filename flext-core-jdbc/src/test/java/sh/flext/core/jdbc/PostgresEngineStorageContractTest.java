package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineStorageContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineStorageContractTest extends EngineStorageContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
