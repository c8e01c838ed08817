package sh.flext.core.jdbc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionSpecifications.Labelled;
import sh.flext.core.domain.execution.ExecutionSpecifications.OfPipeline;
import sh.flext.core.domain.execution.ExecutionSpecifications.RequestedBetween;
import sh.flext.core.domain.execution.ExecutionSpecifications.StatusIn;
import sh.flext.core.domain.execution.ExecutionSpecifications.TriggeredBy;
import sh.flext.core.domain.execution.ExecutionStatus;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.specification.Specification;

/** The specifications of executions over the columns of {@code flext_execution}. */
final class ExecutionConditions {

    private final Dialect dialect;

    ExecutionConditions(Dialect dialect) {
        this.dialect = dialect;
    }

    boolean translate(Specification<PipelineExecution> leaf, SqlCondition into) {
        if (leaf instanceof OfPipeline of) {
            into.append("pipeline_id = ")
                    .parameter((connection, statement, index) ->
                            statement.setObject(index, of.pipelineId().value()));
        } else if (leaf instanceof StatusIn in) {
            String before = "status in (";
            for (ExecutionStatus status : in.statuses()) {
                into.append(before)
                        .parameter((connection, statement, index) -> statement.setString(index, status.name()));
                before = ", ";
            }
            into.append(")");
        } else if (leaf instanceof RequestedBetween between) {
            into.append("(true");
            requested(" >= ", between.since(), into);
            requested(" < ", between.until(), into);
            into.append(")");
        } else if (leaf instanceof TriggeredBy by) {
            into.append("triggered_by = ")
                    .parameter((connection, statement, index) -> statement.setString(index, by.triggeredBy()));
        } else if (leaf instanceof Labelled labelled) {
            String label = ExecutionRow.label(labelled.name(), labelled.value());
            into.append(dialect.hasLabel(), (connection, statement, index) -> statement.setString(index, label));
        } else {
            return false;
        }
        return true;
    }

    /** The column has whole microseconds; what an instant has below that stands in a column of its own. */
    private static void requested(String comparison, @Nullable Instant bound, SqlCondition into) {
        if (bound != null) {
            into.append(" and (requested_at, requested_nano)")
                    .append(comparison)
                    .append("(");
            into.parameter((connection, statement, index) ->
                            statement.setObject(index, Rows.time(Rows.wholeMicros(bound))))
                    .append(", ")
                    .parameter((connection, statement, index) -> statement.setInt(index, Rows.nanosBelowMicro(bound)))
                    .append(")");
        }
    }
}
