package sh.flext.core.jdbc.crash;

import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.jdbc.JdbcAdapters;
import sh.flext.core.jdbc.JdbcSchema;

/** A node that only asks, over a schema of its own. */
final class Asker implements AutoCloseable {

    private final String url;
    private final JdbcAdapters adapters;
    private final Flext node;

    /** Makes the tables in the schema that the address leads to. */
    Asker(String url) {
        this.url = url;
        JdbcSchema.migrate(dataSource(url));
        CrashServer.execute(url, WorkerMain.TABLES);
        adapters = JdbcAdapters.of(dataSource(url));
        node = WorkerMain.builder(dataSource(url), url, "asker", Duration.ofSeconds(10))
                .build();
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
        return WorkerMain.builder(dataSource(url), url, name, lease).start();
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

    private static PGSimpleDataSource dataSource(String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    @Override
    public void close() {
        node.close(Duration.ZERO);
    }
}
