package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.EventStoreReadContract;

class H2EventStoreReadContractTest extends EventStoreReadContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
