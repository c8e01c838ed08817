package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineAwaitContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineAwaitContractTest extends EngineAwaitContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
