package sh.flext.core.jdbc;

import java.util.Set;
import sh.flext.core.domain.pipeline.StepType;

/** Whether the distinct types in a {@code step_types} column are all among some, for any database with arrays. */
final class StepTypeCondition {

    private StepTypeCondition() {}

    static void allOf(Set<StepType> types, SqlCondition into) {
        into.append("cardinality(step_types) = 0");
        for (StepType type : types) {
            into.append(" + case when ")
                    .parameter((connection, statement, index) -> statement.setString(index, type.value()))
                    .append(" = any(step_types) then 1 else 0 end");
        }
    }
}
