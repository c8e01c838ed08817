package sh.flext.core.application.pipeline;

/**
 * What came of a back-fill.
 *
 * @param requested how many executions were asked for
 * @param existing how many fire times had an execution before
 * @param refused how many have none because the pipeline's limits forbid it; a later back-fill may get them
 */
public record BackfillSummary(int requested, int existing, int refused) {}
