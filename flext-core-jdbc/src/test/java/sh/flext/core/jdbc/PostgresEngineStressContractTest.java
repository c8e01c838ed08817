package sh.flext.core.jdbc;

import sh.flext.core.application.contract.EngineStressContract;
import sh.flext.core.ports.Adapters;

@org.junit.jupiter.api.Tag("thorough")
class PostgresEngineStressContractTest extends EngineStressContract {

    private final TestDatabase database = TestDatabase.postgres();
    private final Adapters adapters = database.adapters();

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
