package sh.flext.core.jdbc;

import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.PipelineExecutionRepositoryContract;

class PostgresPipelineExecutionRepositoryContractTest extends PipelineExecutionRepositoryContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
