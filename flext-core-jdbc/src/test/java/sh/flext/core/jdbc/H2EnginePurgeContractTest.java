package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EnginePurgeContract;
import sh.flext.core.ports.Adapters;

class H2EnginePurgeContractTest extends EnginePurgeContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
