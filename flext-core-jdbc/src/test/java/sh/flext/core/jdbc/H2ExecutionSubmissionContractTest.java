package sh.flext.core.jdbc;

import java.time.Duration;
import java.time.Instant;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionSubmissionContract;

class H2ExecutionSubmissionContractTest extends ExecutionSubmissionContract {

    private final TestDatabase database = TestDatabase.h2();
    private final Adapters adapters = database.adapters();

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
