package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineRequestsContract;
import sh.flext.core.ports.Adapters;

class H2EngineRequestsContractTest extends EngineRequestsContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
