package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionSubmissionContract;

@ParameterizedClass
@EnumSource(
        value = TestDatabase.Kind.class,
        names = {"POSTGRES_WITHOUT_AUTO_COMMIT", "POSTGRES_WITHOUT_POOL", "POSTGRES_BEHIND_A_POOLER", "H2_IN_A_FILE"})
@org.junit.jupiter.api.Tag("thorough")
class DataSourcesExecutionSubmissionContractTest extends ExecutionSubmissionContract {

    private final TestDatabase database;
    private final Adapters adapters;

    DataSourcesExecutionSubmissionContractTest(TestDatabase.Kind kind) {
        database = kind.open();
        adapters = database.adapters();
    }

    @Override
    protected Adapters adapters() {
        return adapters;
    }

    @Override
    protected Instant now() {
        return database.now();
    }

    @Override
    protected void passTime(Duration time) {
        database.passTime(time);
    }
}
