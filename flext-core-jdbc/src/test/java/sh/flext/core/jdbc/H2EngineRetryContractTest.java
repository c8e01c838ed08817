package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineRetryContract;
import sh.flext.core.ports.Adapters;

class H2EngineRetryContractTest extends EngineRetryContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
