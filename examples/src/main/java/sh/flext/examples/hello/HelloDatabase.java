package sh.flext.examples.hello;

import java.time.Duration;
import org.h2.jdbcx.JdbcConnectionPool;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.Result;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;

/** A pipeline that is kept in a database: run it again, and it goes on counting. */
public final class HelloDatabase {

    public static void main(String[] args) {
        var url = args.length > 0 ? args[0] : "jdbc:h2:./target/hello";
        var pool = JdbcConnectionPool.create(url, "sa", "");
        JdbcSchema.migrate(pool);
        try (Flext flext = Flext.builder(JdbcAdapters.of(pool))
                .step("count", step -> Result.success(Document.object("run", step.executionNumber())))
                .start()) {
            flext.send(CreatePipelineCommand.named("counting").withStep("count", "count"));
            var execution = flext.send(ExecutePipelineCommand.named("counting")).orElseThrow();
            var done = flext.await(execution.id(), Duration.ofSeconds(10)).orElseThrow();
            System.out.println(done.status() + " " + done.outputs());
        } finally {
            pool.dispose();
        }
    }
}
