package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineRerunContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineRerunContractTest extends EngineRerunContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
