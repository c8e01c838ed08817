package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineTransactionContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineTransactionContractTest extends EngineTransactionContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
