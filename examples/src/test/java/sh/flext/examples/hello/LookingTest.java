package sh.flext.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.inmemory.testkit.ManualClock;

class LookingTest {

    @Test
    void looking_stepUnderWay_seesTheQueueTheNodeAndTheProgress() throws InterruptedException {
        ManualClock clock = new ManualClock(Instant.parse("2026-11-01T08:00:00Z"));
        InMemoryAdapters adapters = InMemoryAdapters.create(clock);
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch toEnd = new CountDownLatch(1);
        try (Flext asking = Flext.builder(adapters)
                        .timer(clock)
                        .stepElsewhere("read")
                        .build();
                Flext working = Flext.builder(adapters)
                        .timer(clock)
                        .options(options -> options.withNode("worker-1"))
                        .step("read", step -> {
                            step.progress(50, 100, "rows");
                            half.countDown();
                            toEnd.await();
                            return Result.success(Document.EMPTY);
                        })
                        .build()) {
            asking.send(CreatePipelineCommand.named("load").withStep("read", "read"))
                    .orElseThrow();
            var id = asking.send(ExecutePipelineCommand.named("load"))
                    .orElseThrow()
                    .id();
            clock.advance(Duration.ofSeconds(42));
            assertThat(Looking.queue(asking)).isEqualTo("0 run, 1 wait up to PT42S, 0 failed");

            working.start();
            clock.advance(Duration.ZERO);
            assertThat(half.await(30, TimeUnit.SECONDS)).isTrue();
            clock.advance(Duration.ofSeconds(4));
            assertThat(Looking.queue(asking)).isEqualTo("1 run, 0 wait up to PT0S, 0 failed");
            assertThat(Looking.running(asking)).containsExactly("worker-1: read 50/100");

            toEnd.countDown();
            assertThat(working.await(id, Duration.ofSeconds(30)).isSuccess()).isTrue();
            assertThat(Looking.running(asking)).isEmpty();
            assertThat(Looking.timeline(asking, id))
                    .contains(
                            "2026-11-01T08:00:42Z StepStarted null",
                            "2026-11-01T08:00:46Z StepCompleted PT4S",
                            "2026-11-01T08:00:46Z PipelineExecutionCompleted PT4S");
        }
    }
}
