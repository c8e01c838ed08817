package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineConcurrencyContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineConcurrencyContractTest extends EngineConcurrencyContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
