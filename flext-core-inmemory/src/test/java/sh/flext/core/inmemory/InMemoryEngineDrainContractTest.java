package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineDrainContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineDrainContractTest extends EngineDrainContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
