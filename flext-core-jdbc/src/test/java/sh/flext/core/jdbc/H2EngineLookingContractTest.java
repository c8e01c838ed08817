package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineLookingContract;
import sh.flext.core.ports.Adapters;

class H2EngineLookingContractTest extends EngineLookingContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
