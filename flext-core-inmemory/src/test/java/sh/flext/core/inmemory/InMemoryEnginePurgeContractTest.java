package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EnginePurgeContract;
import sh.flext.core.ports.Adapters;

class InMemoryEnginePurgeContractTest extends EnginePurgeContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
