package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineSchedulesContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineSchedulesContractTest extends EngineSchedulesContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
