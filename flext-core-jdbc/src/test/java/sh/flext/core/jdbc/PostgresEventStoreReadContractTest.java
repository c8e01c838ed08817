package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.EventStoreReadContract;

class PostgresEventStoreReadContractTest extends EventStoreReadContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
