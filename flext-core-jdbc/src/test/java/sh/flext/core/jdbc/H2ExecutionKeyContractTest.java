package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionKeyContract;

class H2ExecutionKeyContractTest extends ExecutionKeyContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
