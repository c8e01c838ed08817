package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.EventStoreContract;

class H2EventStoreContractTest extends EventStoreContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
