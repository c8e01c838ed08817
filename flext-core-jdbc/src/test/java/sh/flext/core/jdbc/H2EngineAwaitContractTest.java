package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineAwaitContract;
import sh.flext.core.ports.Adapters;

class H2EngineAwaitContractTest extends EngineAwaitContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
