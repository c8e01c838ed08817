package sh.flext.core.inmemory;

import java.time.Duration;
import java.time.Instant;
import sh.flext.core.inmemory.testkit.ManualClock;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.contract.ExecutionSubmissionContract;

class InMemoryExecutionSubmissionContractTest extends ExecutionSubmissionContract {

    private final ManualClock clock = new ManualClock(Samples.AT);
    private final Adapters adapters = InMemoryAdapters.create(clock);

    @Override
    protected Adapters adapters() {
        return adapters;
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
