package sh.flext.core.inmemory;

import sh.flext.core.application.contract.EngineResumeContract;
import sh.flext.core.ports.Adapters;

class InMemoryEngineResumeContractTest extends EngineResumeContract {

    private final InMemoryAdapters adapters = InMemoryAdapters.create();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
