package sh.flext.core.ports.persistence;

import java.util.Optional;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.pipeline.PipelineName;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * The definitions of pipelines. A deleted pipeline is kept with its events and found by nobody. Thread-safe; over a
 * shared database the same holds across processes.
 *
 * <p>Every method throws {@link StorageException} if the store gave no answer.
 */
public interface PipelineRepository {

    /** The category of the pipelines' streams. */
    String CATEGORY = "pipeline";

    /** The stream that holds the events of a pipeline. */
    static StreamId stream(PipelineId id) {
        return StreamId.of(CATEGORY, id.value().toString());
    }

    /**
     * Stores the state and the pending events, all or nothing. Without pending events nothing is stored. Saving again
     * with the metadata of a save that succeeded is a success that stores nothing new.
     *
     * @return the pipeline without pending events; or CONFLICT with the version it is at if that is not
     *     {@link Pipeline#storedVersion()}; or ALREADY_EXISTS if another that is not deleted has its name
     * @throws StorageException the save may or may not have happened; saving again with the same metadata is safe
     */
    Result<Pipeline> save(Pipeline pipeline, EventMetadata metadata);

    /** The pipeline of this identity, unless it is deleted. */
    Optional<Pipeline> find(PipelineId id);

    /** The pipeline of this name, unless it is deleted. */
    Optional<Pipeline> findByName(PipelineName name);

    /** As {@link #find}, absence being a NOT_FOUND failure. */
    default Result<Pipeline> get(PipelineId id) {
        return Result.from(find(id), () -> missing("id " + id));
    }

    /** As {@link #findByName}, absence being a NOT_FOUND failure. */
    default Result<Pipeline> getByName(PipelineName name) {
        return Result.from(findByName(name), () -> missing("name \"" + name + "\""));
    }

    /**
     * The pipelines that meet a specification, oldest first.
     *
     * @return a page; or INVALID if the cursor is none of ours, or naming the node of the specification that this
     *     store cannot translate
     */
    Result<Page<Pipeline>> list(Specification<Pipeline> specification, PageRequest page);

    private static NotFound missing(String what) {
        return NotFound.of("pipeline.not_found", "there is no pipeline of " + what);
    }
}
