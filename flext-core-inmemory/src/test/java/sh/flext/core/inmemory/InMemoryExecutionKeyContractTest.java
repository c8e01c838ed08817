package sh.flext.core.inmemory;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionKeyContract;

class InMemoryExecutionKeyContractTest extends ExecutionKeyContract {

    private final Adapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
