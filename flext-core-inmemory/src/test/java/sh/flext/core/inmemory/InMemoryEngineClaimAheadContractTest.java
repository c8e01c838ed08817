package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineClaimAheadContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineClaimAheadContractTest extends EngineClaimAheadContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
