package sh.flext.examples.cities;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.result.InvalidInput;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepExecutor;

/**
 * Puts the finished files in the place of those of an earlier run; each whole, and none before everything else has
 * succeeded. A step runs at least once: what an earlier attempt has moved is not there to be moved again.
 */
final class PublishFiles implements StepExecutor {

    private static final List<String> FILES = List.of(JoinCities.JOINED, JoinCities.REJECTED);

    @Override
    public Result<Document> execute(StepContext step) throws IOException {
        Path results = WorkDirectory.results(step);
        Path work = WorkDirectory.of(step).path();
        for (String name : FILES) {
            if (Files.isDirectory(results.resolve(name))) {
                return Result.failure(InvalidInput.of(
                        "publish.directory", results.resolve(name).toString(), null, "is a directory, not a file"));
            }
        }
        for (String name : FILES) {
            if (Files.exists(work.resolve(name))) {
                Files.move(work.resolve(name), results.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return step.output(CitiesPipeline.JOIN)
                .flatMap(joined -> joined.getLong("rows"))
                .map(rows -> Document.object("rows", rows));
    }
}
