package sh.flext.core.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCancelled;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionCreated;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionFailed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionResumed;
import sh.flext.core.domain.execution.ExecutionEvent.PipelineExecutionStarted;
import sh.flext.core.domain.execution.ExecutionEvent.StepCompleted;
import sh.flext.core.domain.execution.ExecutionEvent.StepFailed;
import sh.flext.core.domain.execution.ExecutionEvent.StepSkipped;
import sh.flext.core.domain.execution.ExecutionEvent.StepStarted;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.ExecutionRequest;
import sh.flext.core.domain.execution.FailurePolicy;
import sh.flext.core.domain.execution.Labels;
import sh.flext.core.domain.execution.RecordedError;
import sh.flext.core.domain.execution.RerunOf;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Dependencies;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.MisfirePolicy;
import sh.flext.core.domain.pipeline.OverflowPolicy;
import sh.flext.core.domain.pipeline.PipelineDescription;
import sh.flext.core.domain.pipeline.PipelineDetails;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineActivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineCreated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeactivated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineDeleted;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleCleared;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineScheduleUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.PipelineUpdated;
import sh.flext.core.domain.pipeline.PipelineEvent.StepAdded;
import sh.flext.core.domain.pipeline.PipelineEvent.StepRemoved;
import sh.flext.core.domain.pipeline.PipelineEvent.StepUpdated;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.RetryPolicy;
import sh.flext.core.domain.pipeline.Schedule;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.DomainError;

/** An event of every class, with every field filled; and some with what may be left out left out. */
final class EventSamples {

    static final Instant AT = Instant.parse("2026-11-20T08:30:00.123456789Z");

    private static final PipelineId PIPELINE = new PipelineId(UUID.fromString("01936f2e-0000-7000-8000-00000000000a"));
    private static final ExecutionId EXECUTION =
            new ExecutionId(UUID.fromString("01936f2e-0000-7000-8000-00000000000b"));
    private static final StepName EXTRACT = new StepName("extract");
    private static final StepName LOAD = new StepName("load");

    private static final Document DOCUMENT = Document.object("text", "Zürich \"東京\" \\ 🚀")
            .with("big", new BigInteger("123456789012345678901234567890"))
            .with("decimal", new BigDecimal("0.1000000000000000055"))
            .with("list", List.of(1, true, Map.of("CamelKey", "as it is")))
            .with("nothing", null);

    private static final PipelineStep ROOT = PipelineStep.of("extract", "http:get", 1)
            .withDependencies(Dependencies.none())
            .withConfiguration(Document.object("url", "https://example.org/"));
    private static final PipelineStep NEXT = PipelineStep.of("transform", "map", 2);
    private static final PipelineStep LAST = new PipelineStep(
            LOAD,
            new StepType("jdbc"),
            3,
            Dependencies.on("extract", "transform"),
            DOCUMENT,
            new RetryPolicy(5, Duration.ofMillis(1_500), 2.5, Duration.ofMinutes(10), 0.25),
            Duration.ofMinutes(90));

    private static final PipelineDetails DETAILS = new PipelineDetails(
            new PipelineName("Städte"),
            new PipelineDescription("What it is for."),
            new LinkedHashSet<>(List.of(new Tag("nightly"), new Tag("geo"))),
            DOCUMENT,
            ExecutionLimits.NONE);
    private static final PipelineDetails BARE = PipelineDetails.of(new PipelineName("bare"));

    private static final ExecutionLimits LIMITS =
            new ExecutionLimits(3, OverflowPolicy.CANCEL_OLD, 10, Duration.ofMinutes(1));

    private static final ExecutionRequest REQUEST = new ExecutionRequest(
            PIPELINE,
            DETAILS.name(),
            List.of(ROOT, NEXT, LAST),
            DETAILS.configuration(),
            Document.object("day", "2026-11-20"),
            "anna",
            "manual",
            FailurePolicy.FINISH_INDEPENDENT_BRANCHES,
            7,
            AT.plusSeconds(60),
            AT.plusSeconds(3_600),
            Labels.NONE,
            null,
            false,
            null);
    private static final ExecutionRequest PLAIN = new ExecutionRequest(
            PIPELINE,
            BARE.name(),
            List.of(ROOT),
            Document.EMPTY,
            Document.EMPTY,
            "",
            "schedule",
            FailurePolicy.STOP_AT_ONCE,
            0,
            null,
            null,
            Labels.NONE,
            null,
            false,
            null);
    private static final ExecutionRequest RERUN = new ExecutionRequest(
            PIPELINE,
            BARE.name(),
            List.of(ROOT, NEXT),
            Document.EMPTY,
            Document.EMPTY,
            "anna",
            "rerun",
            FailurePolicy.STOP_AT_ONCE,
            0,
            null,
            null,
            new Labels(Map.of("region", "eu", "day", "2026-11-20")),
            "2026-11-20 again",
            true,
            new RerunOf(
                    new ExecutionId(UUID.fromString("01936f2e-0000-7000-8000-00000000000c")),
                    Map.of(EXTRACT, DOCUMENT)));

    private static final RecordedError ERROR =
            new RecordedError(DomainError.Kind.TIMED_OUT, "http.timeout", "no answer within 30 s");

    private EventSamples() {}

    /** By the name of the file: the class's simple name, and a dash and a word for a further one. */
    static Map<String, DomainEvent> all() {
        Map<String, DomainEvent> samples = new LinkedHashMap<>();
        samples.put("PipelineCreated", new PipelineCreated(PIPELINE, DETAILS, AT));
        samples.put("PipelineCreated-bare", new PipelineCreated(PIPELINE, BARE, AT));
        samples.put("PipelineCreated-limited", new PipelineCreated(PIPELINE, BARE.withLimits(LIMITS), AT));
        samples.put("PipelineUpdated", new PipelineUpdated(PIPELINE, DETAILS, AT));
        samples.put("PipelineActivated", new PipelineActivated(PIPELINE, AT));
        samples.put("PipelineDeactivated", new PipelineDeactivated(PIPELINE, AT));
        samples.put("PipelineDeleted", new PipelineDeleted(PIPELINE, AT));
        samples.put("StepAdded", new StepAdded(PIPELINE, LAST, AT));
        samples.put("StepAdded-root", new StepAdded(PIPELINE, ROOT, AT));
        samples.put("StepAdded-bare", new StepAdded(PIPELINE, NEXT, AT));
        samples.put("StepRemoved", new StepRemoved(PIPELINE, LOAD, AT));
        samples.put("StepUpdated", new StepUpdated(PIPELINE, LAST, AT));
        samples.put(
                "PipelineScheduleUpdated",
                new PipelineScheduleUpdated(PIPELINE, new Schedule("0 3 * * *", ZoneId.of("Europe/Berlin")), AT));
        samples.put(
                "PipelineScheduleUpdated-utc",
                new PipelineScheduleUpdated(PIPELINE, new Schedule("@daily", ZoneId.of("UTC")), AT));
        samples.put(
                "PipelineScheduleUpdated-misfire",
                new PipelineScheduleUpdated(
                        PIPELINE, new Schedule("0 3 * * *", ZoneId.of("UTC"), MisfirePolicy.ALL), AT));
        samples.put("PipelineScheduleCleared", new PipelineScheduleCleared(PIPELINE, AT));
        samples.put("PipelineExecutionCreated", new PipelineExecutionCreated(EXECUTION, 42, REQUEST, AT));
        samples.put("PipelineExecutionCreated-bare", new PipelineExecutionCreated(EXECUTION, 1, PLAIN, AT));
        samples.put("PipelineExecutionCreated-rerun", new PipelineExecutionCreated(EXECUTION, 43, RERUN, AT));
        samples.put("PipelineExecutionStarted", new PipelineExecutionStarted(EXECUTION, "node-1", AT));
        samples.put("PipelineExecutionResumed", new PipelineExecutionResumed(EXECUTION, "node-2", false, AT));
        samples.put("PipelineExecutionResumed-takeover", new PipelineExecutionResumed(EXECUTION, "node-2", true, AT));
        samples.put("PipelineExecutionCompleted", new PipelineExecutionCompleted(EXECUTION, AT));
        samples.put("PipelineExecutionFailed", new PipelineExecutionFailed(EXECUTION, LOAD, ERROR, AT));
        samples.put("PipelineExecutionFailed-deadline", new PipelineExecutionFailed(EXECUTION, null, ERROR, AT));
        samples.put("PipelineExecutionCancelled", new PipelineExecutionCancelled(EXECUTION, "anna", "wrong day", AT));
        samples.put("StepStarted", new StepStarted(EXECUTION, EXTRACT, 1, AT));
        samples.put("StepCompleted", new StepCompleted(EXECUTION, EXTRACT, 2, DOCUMENT, AT));
        samples.put("StepCompleted-null", new StepCompleted(EXECUTION, EXTRACT, 1, Document.NULL, AT));
        samples.put("StepFailed", new StepFailed(EXECUTION, EXTRACT, 1, ERROR, AT.plusSeconds(2), AT));
        samples.put("StepFailed-last", new StepFailed(EXECUTION, EXTRACT, 5, ERROR, null, AT));
        samples.put("StepSkipped", new StepSkipped(EXECUTION, LOAD, "extract failed", AT));
        return samples;
    }
}
