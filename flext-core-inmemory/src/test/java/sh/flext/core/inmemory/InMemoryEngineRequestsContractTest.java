package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineRequestsContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineRequestsContractTest extends EngineRequestsContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
