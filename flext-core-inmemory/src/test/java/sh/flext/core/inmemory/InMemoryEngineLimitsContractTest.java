package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineLimitsContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineLimitsContractTest extends EngineLimitsContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
