package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineStorageContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineStorageContractTest extends EngineStorageContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
