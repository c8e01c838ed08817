package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineStepsContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineStepsContractTest extends EngineStepsContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
