package sh.flext.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.application.pipeline.GetExecutionQuery;
import sh.flext.core.application.pipeline.StepDefinition;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unavailable;
import sh.flext.core.inmemory.testkit.TestKit;
import sh.flext.core.ports.execution.StepExecutor;

class RetryTest {

    @Test
    void send_mailServerDownAtFirst_isTriedAgainAfterAnHour() {
        TestKit kit = TestKit.create();
        StepExecutor mail = step -> step.attempt() == 1
                ? Result.failure(Unavailable.of("mail.down", "no answer"))
                : Result.success(Document.EMPTY);
        try (Flext flext = Flext.builder(kit.adapters())
                .timer(kit.clock())
                .executor(kit.executor())
                .ids(kit.ids())
                .step("mail", mail)
                .start()) {
            var retry = RetryPolicy.attempts(2).withInitialDelay(Duration.ofHours(1));
            var step = StepDefinition.of("send", "mail").withRetryPolicy(retry);
            flext.send(CreatePipelineCommand.named("news").withStep(step)).orElseThrow();
            var id = flext.send(ExecutePipelineCommand.named("news"))
                    .orElseThrow()
                    .id();

            kit.runUntilIdle();
            assertThat(flext.ask(GetExecutionQuery.of(id)).orElseThrow().status())
                    .isEqualTo(ExecutionStatus.RUNNING);

            kit.advance(Duration.ofHours(1));
            assertThat(flext.ask(GetExecutionQuery.of(id)).orElseThrow().status())
                    .isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(kit.recordedEvents().types()).contains("StepFailed").endsWith("PipelineExecutionCompleted");
        }
    }
}
