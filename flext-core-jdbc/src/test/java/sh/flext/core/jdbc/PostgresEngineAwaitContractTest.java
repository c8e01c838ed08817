package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineAwaitContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineAwaitContractTest extends EngineAwaitContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
