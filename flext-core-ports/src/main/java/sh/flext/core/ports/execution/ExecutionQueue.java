package sh.flext.core.ports.execution;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.execution.ExecutionId;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.eventstore.ExpectedVersion;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.persistence.Page;
import sh.flext.core.ports.persistence.PageRequest;
import sh.flext.core.ports.persistence.PipelineExecutionRepository;
import sh.flext.core.ports.persistence.StorageException;

/**
 * The executions that wait for a node, and the leases on those that have one. What is stored by
 * {@link PipelineExecutionRepository#save} is queued by the same write. All times are by the store's clock. Thread-safe;
 * over a shared database the same holds across processes.
 *
 * <p>A lease keeps others from taking an execution up; it does not keep its holder from writing. That does the expected
 * version: whoever takes over an execution under way appends an event first, and every checkpoint names the version it
 * builds on.
 *
 * <p>Every method throws {@link StorageException} if the store gave no answer.
 */
public interface ExecutionQueue {

    /**
     * Leases executions to a node: those that are due, and those whose lease has ended, if their steps are all of
     * {@code types}; higher priority first, then those due first, where one whose lease has ended is due since then. An
     * execution is given to one node only, however many ask at once.
     *
     * <p>One that is {@linkplain sh.flext.core.domain.execution.ExecutionRequest#limited() limited} is given for the first
     * time, which is its start, only as the present {@linkplain sh.flext.core.domain.pipeline.ExecutionLimits limits} of its
     * pipeline allow, however many nodes ask: while fewer than {@code maxConcurrent} of that pipeline's limited executions
     * have started and not ended, and fewer than {@code maxStarts} have started within the last {@code interval}. From then
     * on it counts until it ends, and is given like all others. Until then it stands in nobody's way: those that may not
     * start yet keep no other from being given, and the order is among those that may. A claim may give some that are
     * limited alone, or some of the others alone, and then tells that there is more.
     *
     * @param node a name that no other node, and no earlier life of this one, has
     * @param types the step types that the node can run
     * @param max how many at most, from 1
     * @param leaseFor how long the leases last; positive
     */
    Claim claim(String node, Set<StepType> types, int max, Duration leaseFor);

    /**
     * Stores a new execution that a node has {@linkplain PipelineExecution#start started} already, and leases it to
     * that node: one write in place of storing, claiming and starting.
     *
     * @param started new, {@link sh.flext.core.domain.execution.ExecutionStatus#RUNNING}, and not limited, else an IAE
     * @param pipeline the version of the pipeline that it was asked of
     * @return the execution as {@link PipelineExecutionRepository#save(PipelineExecution, EventMetadata, ExpectedVersion)}
     *     answers, or the failure it answers with
     * @throws StorageException it may or may not have happened; doing it again with the same metadata is safe
     */
    Result<PipelineExecution> submit(
            PipelineExecution started, EventMetadata metadata, Duration leaseFor, ExpectedVersion pipeline);

    /** As {@link #submit(PipelineExecution, EventMetadata, Duration, ExpectedVersion)}, wherever the pipeline is. */
    default Result<PipelineExecution> submit(PipelineExecution started, EventMetadata metadata, Duration leaseFor) {
        return submit(started, metadata, leaseFor, ExpectedVersion.any());
    }

    /**
     * Prolongs the leases that a node holds, and tells it which of those named it holds no more. A lease that has ended
     * and was taken by nobody is prolonged too. With a lease that is prolonged, and by the same write, the progress of the
     * execution's steps is replaced by the one given; it is kept until the lease is given back, taken over, or ended by a
     * save.
     *
     * @param held what the node thinks it holds, each with how far its running steps are; empty where nothing is known
     * @param leaseFor how long they last from now; positive
     */
    Renewal renew(String node, Map<ExecutionId, List<StepProgress>> held, Duration leaseFor);

    /** As {@link #renew(String, Map, Duration)}, with no progress known of any. */
    default Renewal renew(String node, Collection<ExecutionId> held, Duration leaseFor) {
        return renew(node, held.stream().distinct().collect(Collectors.toMap(id -> id, id -> List.of())), leaseFor);
    }

    /** Gives leases back: the executions are due at once for any node. Those not held by the node are left alone. */
    void release(String node, Collection<ExecutionId> held);

    /**
     * Which node runs what: the executions with a lease, latest first. One whose lease has ended is among them until
     * somebody takes it up. Nothing is locked; each page is as the store was at one moment.
     *
     * @param node the one whose executions are wanted, or null for all
     * @return a page, in time that grows with what is leased and not with what is stored; or INVALID if the cursor is none
     *     of ours
     */
    Result<Page<Holding>> holdings(@Nullable String node, PageRequest page);

    /** The lease on an execution, as in {@link #holdings}; empty if nobody has one, or there is no such execution. */
    Optional<Holding> holding(ExecutionId id);

    /**
     * How much waits, and for how long, as the store was at one moment and by its clock. Takes time that grows with what has
     * not ended: ask every few seconds, not with every request.
     */
    QueueStatus status();

    /**
     * Calls {@code wake} soon after something may have become due at once, on whatever thread; it must be quick. Calls
     * may be missing or be too many: a node asks by itself every now and then.
     */
    Registration onWork(Runnable wake);
}
