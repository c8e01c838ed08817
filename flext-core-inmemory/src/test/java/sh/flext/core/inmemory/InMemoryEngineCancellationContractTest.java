package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineCancellationContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineCancellationContractTest extends EngineCancellationContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
