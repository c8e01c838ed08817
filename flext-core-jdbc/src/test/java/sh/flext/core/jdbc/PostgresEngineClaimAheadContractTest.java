package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineClaimAheadContract;
import sh.flext.core.ports.Adapters;

class PostgresEngineClaimAheadContractTest extends EngineClaimAheadContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
