package sh.flext.examples.hello;

import java.time.Duration;
import sh.flext.core.application.Flext;
import sh.flext.core.application.pipeline.CreatePipelineCommand;
import sh.flext.core.application.pipeline.ExecutePipelineCommand;
import sh.flext.core.domain.model.Document;
import sh.flext.core.inmemory.InMemoryAdapters;
import sh.flext.core.ports.execution.StepExecutor;

/** A pipeline of one step: created, executed, awaited. */
public final class HelloPipeline {

    public static void main(String[] args) {
        StepExecutor greet =
                step -> step.input().getString("name").map(name -> Document.object("text", "Hello " + name));
        try (Flext flext =
                Flext.builder(InMemoryAdapters.create()).step("greet", greet).start()) {
            var create = CreatePipelineCommand.named("hello").withStep("say-hello", "greet");
            flext.send(create).orElseThrow();
            var execute = ExecutePipelineCommand.named("hello").withInput(Document.object("name", "world"));
            var execution = flext.send(execute).orElseThrow();
            var done = flext.await(execution.id(), Duration.ofSeconds(10)).orElseThrow();
            System.out.println(done.status() + " " + done.outputs());
        }
    }
}
