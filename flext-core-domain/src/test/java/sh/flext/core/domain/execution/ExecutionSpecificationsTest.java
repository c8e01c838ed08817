package sh.flext.core.domain.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sh.flext.core.domain.execution.ExecutionSpecifications.labelled;
import static sh.flext.core.domain.execution.ExecutionSpecifications.ofPipeline;
import static sh.flext.core.domain.execution.ExecutionSpecifications.requestedBetween;
import static sh.flext.core.domain.execution.ExecutionSpecifications.statusIn;
import static sh.flext.core.domain.execution.ExecutionSpecifications.triggeredBy;
import static sh.flext.core.domain.pipeline.Samples.T0;
import static sh.flext.core.domain.pipeline.Samples.at;
import static sh.flext.core.domain.pipeline.Samples.root;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.execution.ExecutionSpecifications.Labelled;
import sh.flext.core.domain.execution.ExecutionSpecifications.OfPipeline;
import sh.flext.core.domain.execution.ExecutionSpecifications.RequestedBetween;
import sh.flext.core.domain.execution.ExecutionSpecifications.StatusIn;
import sh.flext.core.domain.execution.ExecutionSpecifications.TriggeredBy;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.Samples;
import sh.flext.core.domain.specification.Specification;

class ExecutionSpecificationsTest {

    private static final PipelineExecution PENDING = Executions.pending(root("a", 1));
    private static final PipelineExecution RUNNING = Executions.running(root("a", 1));

    @Test
    void ofPipeline_isMetByItsExecutions() {
        assertThat(ofPipeline(Samples.ID).isSatisfiedBy(PENDING)).isTrue();
        assertThat(ofPipeline(new PipelineId(Samples.uuid(2))).isSatisfiedBy(PENDING))
                .isFalse();
    }

    @Test
    void statusIn_isMetByAnyOfThem() {
        Set<ExecutionStatus> open = EnumSet.of(ExecutionStatus.PENDING, ExecutionStatus.RUNNING);
        assertThat(statusIn(open).isSatisfiedBy(PENDING)).isTrue();
        assertThat(statusIn(open).isSatisfiedBy(RUNNING)).isTrue();
        assertThat(statusIn(open).isSatisfiedBy(RUNNING.cancel("me", "", T0).orElseThrow()))
                .isFalse();
        assertThatThrownBy(() -> statusIn(Set.of())).isInstanceOf(IllegalArgumentException.class);
        StatusIn copy = new StatusIn(open);
        open.clear();
        assertThat(copy.statuses()).hasSize(2).isUnmodifiable();
    }

    @Test
    void requestedBetween_isMetFromTheFirstBoundToBeforeTheSecond() {
        assertThat(requestedBetween(T0, at(1)).isSatisfiedBy(PENDING)).isTrue();
        assertThat(requestedBetween(T0, null).isSatisfiedBy(PENDING)).isTrue();
        assertThat(requestedBetween(null, at(1)).isSatisfiedBy(PENDING)).isTrue();
        assertThat(requestedBetween(null, null).isSatisfiedBy(PENDING)).isTrue();
        assertThat(requestedBetween(at(-1), T0).isSatisfiedBy(PENDING)).isFalse();
        assertThat(requestedBetween(T0.plusNanos(1), null).isSatisfiedBy(PENDING))
                .isFalse();
    }

    @Test
    void triggeredBy_isMetByTheSameName() {
        ExecutionRequest request = Executions.request(root("a", 1)).withTrigger("ada", "manual");
        PipelineExecution execution = PipelineExecution.request(Executions.ID, request, T0);
        assertThat(triggeredBy("ada").isSatisfiedBy(execution)).isTrue();
        assertThat(triggeredBy("Ada").isSatisfiedBy(execution)).isFalse();
        assertThat(triggeredBy("").isSatisfiedBy(PENDING)).isTrue();
    }

    @Test
    void labelled_isMetByTheSameNameAndValue() {
        ExecutionRequest request =
                Executions.request(root("a", 1)).withLabels(new Labels(Map.of("region", "eu", "tier", "")));
        PipelineExecution execution = PipelineExecution.request(Executions.ID, request, T0);
        assertThat(labelled("region", "eu").isSatisfiedBy(execution)).isTrue();
        assertThat(labelled("region", "EU").isSatisfiedBy(execution)).isFalse();
        assertThat(labelled("tier", "").isSatisfiedBy(execution)).isTrue();
        assertThat(labelled("eu", "region").isSatisfiedBy(execution)).isFalse();
        assertThat(labelled("region", "eu").isSatisfiedBy(PENDING)).isFalse();
        assertThatThrownBy(() -> labelled("a=b", "c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void specifications_areRecordsWithWords() {
        List<Specification<PipelineExecution>> all = List.of(
                ofPipeline(Samples.ID),
                statusIn(Set.of(ExecutionStatus.RUNNING, ExecutionStatus.PENDING)),
                requestedBetween(T0, null),
                triggeredBy("ada"),
                labelled("region", "eu"));
        assertThat(all)
                .containsExactly(
                        new OfPipeline(Samples.ID),
                        new StatusIn(Set.of(ExecutionStatus.PENDING, ExecutionStatus.RUNNING)),
                        new RequestedBetween(T0, null),
                        new TriggeredBy("ada"),
                        new Labelled("region", "eu"));
        assertThat(all)
                .extracting(Specification::description)
                .containsExactly(
                        "of pipeline " + Samples.ID,
                        "[PENDING, RUNNING]",
                        "requested since 2026-01-01T00:00:00Z",
                        "triggered by \"ada\"",
                        "labelled region=eu");
        assertThat(requestedBetween(null, T0).description()).isEqualTo("requested before 2026-01-01T00:00:00Z");
        assertThat(Arrays.stream(ExecutionSpecifications.class.getDeclaredClasses()))
                .allMatch(Class::isRecord)
                .hasSameSizeAs(all);
    }
}
