package sh.flext.core.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import sh.flext.core.domain.pipeline.ExecutionLimits;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineSpecifications;
import sh.flext.core.domain.pipeline.PipelineStep;

/** What lists of pipelines are chosen by, in the order of the columns of {@code flext_pipeline}. */
final class PipelineColumns {

    private PipelineColumns() {}

    /** Answers with the index after them. */
    static int bind(Connection connection, PreparedStatement statement, int from, Pipeline pipeline, String textType)
            throws SQLException {
        int at = from;
        String name = pipeline.name().value();
        statement.setObject(at++, pipeline.id().value());
        statement.setLong(at++, pipeline.version());
        statement.setString(at++, name);
        statement.setString(at++, PipelineSpecifications.NameMatches.fold(name));
        statement.setBoolean(at++, pipeline.isActive());
        statement.setBoolean(at++, pipeline.isDeleted());
        statement.setBoolean(at++, PipelineSpecifications.hasValidSteps().isSatisfiedBy(pipeline));
        statement.setArray(
                at++,
                connection.createArrayOf(textType, Rows.texts(pipeline.details().tags())));
        statement.setArray(
                at++,
                connection.createArrayOf(
                        textType,
                        Rows.texts(pipeline.steps().stream()
                                .map(PipelineStep::type)
                                .toList())));
        statement.setObject(at++, Rows.time(pipeline.updatedAt()));
        ExecutionLimits limits = pipeline.details().limits();
        statement.setInt(at++, limits.maxConcurrent());
        statement.setInt(at++, limits.maxStarts());
        statement.setLong(at++, Rows.micros(limits.interval()));
        return at;
    }
}
