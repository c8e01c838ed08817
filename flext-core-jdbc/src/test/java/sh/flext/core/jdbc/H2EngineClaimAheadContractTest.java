package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineClaimAheadContract;
import sh.flext.core.ports.Adapters;

class H2EngineClaimAheadContractTest extends EngineClaimAheadContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
