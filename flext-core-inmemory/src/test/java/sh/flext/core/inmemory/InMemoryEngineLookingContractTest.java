package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineLookingContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineLookingContractTest extends EngineLookingContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
