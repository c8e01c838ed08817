package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineRequestsContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineRequestsContractTest extends EngineRequestsContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
