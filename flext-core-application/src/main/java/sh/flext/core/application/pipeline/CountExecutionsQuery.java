package sh.flext.core.application.pipeline;

/**
 * How many executions meet a filter: as many as a {@link ListExecutionsQuery} with it has on all its pages.
 *
 * @param filter which
 */
public record CountExecutionsQuery(ExecutionFilter filter) implements PipelineQuery<Long> {

    /** The executions that meet this filter. */
    public static CountExecutionsQuery of(ExecutionFilter filter) {
        return new CountExecutionsQuery(filter);
    }
}
