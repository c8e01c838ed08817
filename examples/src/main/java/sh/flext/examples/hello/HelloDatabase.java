package sh.flext.examples.hello;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
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
        var config = new HikariConfig();
        config.setJdbcUrl(args.length > 0 ? args[0] : "jdbc:h2:retry:./target/hello;USER=sa;WRITE_DELAY=0");
        config.setMaximumPoolSize(8);
        try (var pool = new HikariDataSource(config)) {
            JdbcSchema.migrate(pool);
            var node = Flext.builder(JdbcAdapters.of(pool));
            node.step("count", step -> Result.success(Document.object("run", step.executionNumber())));
            try (Flext flext = node.start()) {
                flext.send(CreatePipelineCommand.named("counting").withStep("count", "count"));
                var asked = flext.send(ExecutePipelineCommand.named("counting")).orElseThrow();
                var done = flext.await(asked.id(), Duration.ofSeconds(10)).orElseThrow();
                System.out.println(done.status() + " " + done.outputs());
            }
        }
    }
}
