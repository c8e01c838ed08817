package sh.flext.core.jdbc;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.application.contract.EngineTransactionContract;
import sh.flext.core.ports.Adapters;

@ParameterizedClass
@EnumSource(
        value = TestDatabase.Kind.class,
        names = {"POSTGRES_WITHOUT_AUTO_COMMIT", "POSTGRES_WITHOUT_POOL", "POSTGRES_BEHIND_A_POOLER", "H2_IN_A_FILE"})
@org.junit.jupiter.api.Tag("thorough")
class DataSourcesEngineTransactionContractTest extends EngineTransactionContract {

    private final TestDatabase database;
    private final Adapters adapters;

    DataSourcesEngineTransactionContractTest(TestDatabase.Kind kind) {
        database = kind.open();
        adapters = database.adapters();
    }

    @Override
    protected Adapters adapters() {
        return adapters;
    }
}
