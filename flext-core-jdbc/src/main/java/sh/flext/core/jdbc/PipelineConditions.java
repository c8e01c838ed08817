package sh.flext.core.jdbc;

import java.util.Set;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineSpecifications.Active;
import sh.flext.core.domain.pipeline.PipelineSpecifications.HasValidSteps;
import sh.flext.core.domain.pipeline.PipelineSpecifications.NameMatches;
import sh.flext.core.domain.pipeline.PipelineSpecifications.StepTypesAvailable;
import sh.flext.core.domain.pipeline.PipelineSpecifications.TaggedWithAll;
import sh.flext.core.domain.pipeline.PipelineSpecifications.TaggedWithAny;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.specification.Specification;

/** The specifications of pipelines over the columns of {@code flext_pipeline}. */
final class PipelineConditions {

    private PipelineConditions() {}

    static boolean translate(Specification<Pipeline> leaf, SqlCondition into) {
        if (leaf instanceof Active) {
            into.append("(active and not deleted)");
        } else if (leaf instanceof HasValidSteps) {
            into.append("valid_steps");
        } else if (leaf instanceof NameMatches matches) {
            String term = NameMatches.fold(matches.term());
            into.append("position(")
                    .parameter((connection, statement, index) -> statement.setString(index, term))
                    .append(" in name_folded) > 0");
        } else if (leaf instanceof TaggedWithAny any) {
            tagged(any.tags(), " or ", into);
        } else if (leaf instanceof TaggedWithAll all) {
            tagged(all.tags(), " and ", into);
        } else if (leaf instanceof StepTypesAvailable available) {
            into.append("(");
            StepTypeCondition.allOf(available.types(), into);
            into.append(")");
        } else {
            return false;
        }
        return true;
    }

    private static void tagged(Set<Tag> tags, String operator, SqlCondition into) {
        String before = "(";
        for (Tag tag : tags) {
            into.append(before)
                    .parameter((connection, statement, index) -> statement.setString(index, tag.value()))
                    .append(" = any(tags)");
            before = operator;
        }
        into.append(")");
    }
}
