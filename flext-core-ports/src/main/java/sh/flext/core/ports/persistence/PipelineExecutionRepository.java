package sh.flext.core.ports.persistence;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.Conflict;
import sh.flext.core.domain.result.NotFound;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.specification.Specification;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.eventstore.StreamId;

/**
 * The executions of pipelines. An execution's record is also its place in the
 * {@linkplain sh.flext.core.ports.execution.ExecutionQueue queue}: saving it moves it there. Thread-safe; over a shared
 * database the same holds across processes.
 *
 * <p>Every method throws {@link StorageException} if the store gave no answer.
 */
public interface PipelineExecutionRepository {

    /** The category of the executions' streams. */
    String CATEGORY = "execution";

    /** The code of the failure to store a new execution whose idempotency key another of its pipeline has. */
    String KEY_TAKEN = "execution.key_taken";

    /** The most executions that one {@link #purge} deletes. */
    int MAX_PURGE = 10_000;

    /** The stream that holds the events of an execution. */
    static StreamId stream(ExecutionId id) {
        return StreamId.of(CATEGORY, id.value().toString());
    }

    /** The error of an execution that is asked for and not there. */
    static NotFound notFound(ExecutionId id) {
        return NotFound.of("execution.not_found", "there is no execution of id " + id);
    }

    /** An IAE unless the execution is to be stored for the first time. */
    static void requireNew(PipelineExecution execution) {
        if (execution.storedVersion() != 0) {
            throw new IllegalArgumentException(execution + " is not new: " + execution.storedVersion()
                    + " of its events are stored, whatever became of its pipeline");
        }
    }

    /** The error of an execution that is stored only while its pipeline is at another version. */
    static Conflict pipelineChanged(PipelineId id, ExpectedVersion expected, long actual) {
        return Conflict.of("pipeline " + id, expected.toString(), actual);
    }

    /**
     * Stores the state and the pending events, and moves the execution in the queue, all or nothing. Without pending
     * events nothing is stored. Saving again with the metadata of a save that succeeded is a success that stores
     * nothing new.
     *
     * <ul>
     *   <li>One that is new gets the next number of its pipeline, from 1.
     *   <li>One that has ended leaves the queue, and its lease ends.
     *   <li>One that {@linkplain PipelineExecution#waitsUntil() waits} is due then, and its lease ends.
     *   <li>Else a lease on it stays as it is.
     * </ul>
     *
     * @return the execution without pending events; or CONFLICT with the version it is at if that is not
     *     {@link PipelineExecution#storedVersion()}; or ALREADY_EXISTS with the code {@value #KEY_TAKEN}
     * @throws StorageException the save may or may not have happened; saving again with the same metadata is safe
     */
    Result<PipelineExecution> save(PipelineExecution execution, EventMetadata metadata);

    /**
     * Stores a new execution, as {@link #save(PipelineExecution, EventMetadata)}, if its pipeline is where it is expected at
     * that moment: what was decided by a pipeline that was read before still holds then, and need not be read again.
     *
     * @param execution new, else an IAE
     * @param pipeline the version of the pipeline that it was asked of; one that is deleted is at none that was read before
     * @return as {@code save}; or CONFLICT with the version the pipeline is at, 0 if it is not stored
     * @throws StorageException the save may or may not have happened; saving again with the same metadata is safe
     */
    Result<PipelineExecution> save(PipelineExecution execution, EventMetadata metadata, ExpectedVersion pipeline);

    /** The execution of this identity. */
    Optional<PipelineExecution> find(ExecutionId id);

    /** Those of these executions that are there, in no order; over a database by one statement. */
    default List<PipelineExecution> findAll(Collection<ExecutionId> ids) {
        return ids.stream().map(this::find).flatMap(Optional::stream).toList();
    }

    /** The execution of this pipeline that was asked for with this key. */
    Optional<PipelineExecution> findByKey(PipelineId pipeline, String idempotencyKey);

    /**
     * The {@linkplain sh.flext.core.domain.execution.ExecutionRequest#limited() limited} executions of a pipeline that have
     * not ended, started or not, oldest first. Within a {@linkplain Transaction transaction}, nobody else gets an answer for
     * this pipeline until it ends, so that what is decided on the answer and stored by the transaction holds. Ask before
     * storing anything: two transactions that have stored something might wait for each other.
     *
     * @return NOT_FOUND if the pipeline is not stored; CONFLICT if the transaction began too early to know
     */
    Result<List<ExecutionId>> active(PipelineId pipeline);

    /** As {@link #find}, absence being a NOT_FOUND failure. */
    default Result<PipelineExecution> get(ExecutionId id) {
        return Result.from(find(id), () -> notFound(id));
    }

    /**
     * The executions that meet a specification, latest first.
     *
     * @return a page; or INVALID if the cursor is none of ours, or naming the node of the specification that this
     *     store cannot translate
     */
    Result<Page<PipelineExecution>> list(Specification<PipelineExecution> specification, PageRequest page);

    /**
     * How many executions meet a specification, as the store was at one moment: as many as {@link #list} has on all pages.
     *
     * @return the number, in time that grows with what is counted; or INVALID naming the node of the specification that this
     *     store cannot translate
     */
    Result<Long> count(Specification<PipelineExecution> specification);

    /**
     * Figures about the executions of a pipeline that are stored; all of them zero or absent for one that has none. Those
     * that were {@linkplain #purge purged} no longer count.
     */
    ExecutionStats stats(PipelineId pipeline);

    /**
     * Deletes executions that ended before a time, one batch of them: of those that ended longest ago, each with its
     * events and its snapshot, all in one transaction of its own. So an execution is there with its whole stream or not at
     * all, and nobody waits for a purge but those who read all events, until the batch is stored. Several may purge at
     * once: they take different executions.
     *
     * <p>These stay, however long ago they ended:
     *
     * <ul>
     *   <li>those that have not ended: pending, running, or waiting for a retry;
     *   <li>those whose start still counts for {@linkplain sh.flext.core.domain.pipeline.ExecutionLimits#maxStarts() the
     *       limit of starts} that their pipeline has now;
     *   <li>unless {@code beyondSubscriptions}, those of which the slowest
     *       {@linkplain sh.flext.core.ports.eventstore.SubscriptionPositions subscription} has not read all events. A
     *       subscription that was never moved is not known yet, and holds nothing back.
     * </ul>
     *
     * <p>Whoever reads all events sees the positions of what was deleted as gaps, and misses nothing else; at a gap they may
     * have to wait until the appends under way have ended, as at any other. No number is given again. But nothing else
     * remembers what was deleted: its {@linkplain #findByKey idempotency key} is free, its stream is empty, so that an
     * append of one's own to it begins at version 1 again, and {@link
     * sh.flext.core.domain.execution.ExecutionRequest#rerunOf()} of another may name what is no longer found.
     *
     * @param endedBefore the end of those deleted comes before this, to the microsecond at least
     * @param max how many to look at, from 1 to {@value #MAX_PURGE}, else an IAE
     * @param beyondSubscriptions whether to delete what subscriptions have not read
     * @return what was deleted; {@link Purged#more()} is false once this has nothing left to delete, where the rest is
     *     held back, or others delete it just now
     * @throws IllegalStateException within a {@link Transaction}: what is locked for long, and what is undone, is no purge
     * @throws StorageException the batch may or may not be deleted; purging again is safe
     */
    Purged purge(Instant endedBefore, int max, boolean beyondSubscriptions);
}
