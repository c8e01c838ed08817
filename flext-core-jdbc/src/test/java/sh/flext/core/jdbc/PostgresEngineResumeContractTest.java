package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineResumeContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineResumeContractTest extends EngineResumeContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
