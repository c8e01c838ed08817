package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineStressContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineStressContractTest extends EngineStressContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
