package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineCancellationContract;
import sh.flext.core.ports.Adapters;

class H2EngineCancellationContractTest extends EngineCancellationContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
