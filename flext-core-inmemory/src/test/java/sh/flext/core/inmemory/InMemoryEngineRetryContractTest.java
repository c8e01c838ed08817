package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineRetryContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineRetryContractTest extends EngineRetryContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
