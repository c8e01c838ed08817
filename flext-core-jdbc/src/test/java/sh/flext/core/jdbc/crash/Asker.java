package sh.flext.core.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;

/** A node that only asks, over a schema of its own. */
final class Asker implements AutoCloseable {

    private final String url;
    private final HikariDataSource pool;
    private final JdbcAdapters adapters;
    private final Flext node;

    /** Makes the tables in the schema that the address leads to. */
    Asker(String url) {
        this.url = url;
        pool = CrashServer.pool(url);
        JdbcSchema.migrate(pool);
        CrashServer.execute(url, WorkerMain.TABLES);
        adapters = JdbcAdapters.of(CrashServer.dataSource(url));
        node = WorkerMain.builder(pool, pool, "asker", Duration.ofSeconds(10)).build();
    }

    /** A pipeline of these steps, one after the other, each of the type that its name starts with. */
    PipelineExecution ask(String pipeline, String... types) {
        CreatePipelineCommand create = CreatePipelineCommand.named(pipeline);
        for (String type : types) {
            create = create.withStep("step-" + (create.steps().size() + 1), type);
        }
        node.send(create).orElseThrow();
        return node.send(ExecutePipelineCommand.named(pipeline)).orElseThrow();
    }

    /** A node in this JVM. */
    Flext startNode(String name, Duration lease) {
        return WorkerMain.builder(pool, pool, name, lease).start();
    }

    Flext node() {
        return node;
    }

    PipelineExecution stored(PipelineExecution execution) {
        return adapters.executions().get(execution.id()).orElseThrow();
    }

    void openGate() {
        CrashServer.execute(url, "insert into gate values (true)");
    }

    History history() {
        return History.read(adapters, url);
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        node.close(Duration.ZERO);
        pool.close();
    }
}
