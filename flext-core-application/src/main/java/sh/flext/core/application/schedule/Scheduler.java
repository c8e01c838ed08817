package sh.flext.core.application.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sh.flext.core.application.execution.EngineOptions;
import sh.flext.core.application.observability.Observers;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.pipeline.Pipeline;
import sh.flext.core.domain.pipeline.PipelineEvent;
import sh.flext.core.domain.pipeline.PipelineId;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.Adapters;
import sh.flext.core.ports.eventstore.EventMetadata;
import sh.flext.core.ports.execution.DueSchedules;
import sh.flext.core.ports.execution.ScheduleQueue;
import sh.flext.core.ports.execution.ScheduleState;
import sh.flext.core.ports.execution.Timer;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.observability.Metrics;
import sh.flext.core.ports.persistence.StorageException;

/**
 * Fires the schedules: finds those that are due, asks for the executions of their fire times, and only then notes how far
 * they have got. So a fire time is never lost; and since asking twice for the execution of a fire time is asking once, each
 * fire time has one execution, however many nodes do this and wherever they die.
 *
 * <p>It looks when the next fire time comes that it knows of, when a schedule is set on this node, and every few seconds.
 * All times are by the store's clock. Thread-safe; one round at a time runs, on the executor.
 */
public final class Scheduler {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** The most schedules that are taken at once, so that several nodes share what there is. */
    private static final int BATCH = 32;

    /** The most fire times of one schedule that are seen to before the others have their turn. */
    private static final int TIMES = 100;

    /** How many poll intervals pass between looks that nothing asked for: schedules are set more rarely than executions. */
    private static final int POLLS = 5;

    /** How long it waits at least, where something is due that another node is about to take. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

    private final EngineOptions options;
    private final ScheduleQueue queue;
    private final Adapters adapters;
    private final ScheduledRequests requests;
    private final Timer timer;
    private final Executor executor;
    private final Supplier<UUID> ids;
    private final Metrics metrics;

    private final AtomicInteger asked = new AtomicInteger();
    private final ReentrantLock round = new ReentrantLock();
    private volatile boolean running;
    private Registration events = () -> {};

    // within a round
    private Registration nextLook = () -> {};
    private final Map<PipelineId, Long> reported = new HashMap<>();
    private boolean failing;

    /**
     * A scheduler that does nothing until it is started.
     *
     * @param executor runs its rounds
     * @param ids gives UUIDs of version 7
     */
    public Scheduler(
            EngineOptions options,
            Adapters adapters,
            ScheduledRequests requests,
            Timer timer,
            Executor executor,
            Supplier<UUID> ids,
            Metrics metrics) {
        this.options = options;
        this.queue = adapters.schedules();
        this.adapters = adapters;
        this.requests = requests;
        this.timer = timer;
        this.executor = executor;
        this.ids = ids;
        this.metrics = Observers.guarded(metrics);
    }

    /** Starts firing. Where cron-utils is missing, that is left to other nodes. To be called once. */
    public void start() {
        if (!CronSchedule.isAvailable()) {
            LOG.info("Node {} fires no schedules: com.cronutils:cron-utils is not there", options.node());
            return;
        }
        running = true;
        events = adapters.eventBus().subscribe((event, metadata) -> {
            if (mayBeDue(event)) {
                wake();
            }
        });
        wake();
    }

    /** Looks for schedules that are due as soon as possible; calls that come before it does are one. */
    public void wake() {
        if (running && asked.getAndIncrement() == 0) {
            timer.after(Duration.ZERO, this::submit);
        }
    }

    /**
     * Begins no more rounds, and waits for the one that is under way, which ends with the fire time it is at.
     *
     * @param timeout real time, whatever clock the node has
     */
    public void close(Duration timeout) {
        running = false;
        events.close();
        boolean interrupted = false;
        try {
            if (round.tryLock(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)) {
                round.unlock();
            } else {
                LOG.warn("Node {} still asks for an execution by a schedule after {}", options.node(), timeout);
            }
        } catch (InterruptedException interrupt) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean mayBeDue(DomainEvent event) {
        return event instanceof PipelineEvent.PipelineScheduleUpdated
                || event instanceof PipelineEvent.PipelineActivated;
    }

    private void submit() {
        try {
            executor.execute(this::look);
        } catch (RuntimeException | Error rejected) {
            LOG.warn("The executor takes no more; node {} looks for schedules later", options.node(), rejected);
            asked.set(0);
            if (running) {
                timer.after(pause(), this::wake);
            }
        }
    }

    private void look() {
        round.lock();
        try {
            int answered;
            do {
                answered = asked.get();
                nextLook.close();
                if (running) {
                    nextLook = timer.after(fireAll(), this::wake);
                }
            } while (asked.addAndGet(-answered) != 0);
        } finally {
            round.unlock();
        }
    }

    private Duration pause() {
        return options.pollInterval().multipliedBy(POLLS);
    }

    /** Fires until nothing is due; answers with how long to wait before the next look. */
    private Duration fireAll() {
        try {
            while (running) {
                DueSchedules due = queue.due(BATCH, options.leaseDuration());
                recovered();
                for (ScheduleState schedule : due.schedules()) {
                    if (running) {
                        fireUnlessBroken(schedule, due.now());
                    } else {
                        giveBack(schedule);
                    }
                }
                if (due.schedules().isEmpty()) {
                    Duration next = due.nextDue()
                            .filter(soon -> soon.compareTo(pause()) < 0)
                            .orElse(pause());
                    return next.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : next;
                }
            }
        } catch (StorageException noAnswer) {
            failed(noAnswer);
        } catch (RuntimeException | Error bug) {
            LOG.error("Node {} cannot fire schedules because of a bug, and goes on trying", options.node(), bug);
        }
        return pause();
    }

    /** A bug that one schedule meets keeps no other from firing. */
    private void fireUnlessBroken(ScheduleState schedule, Instant now) {
        try {
            fire(schedule, now);
        } catch (StorageException noAnswer) {
            throw noAnswer;
        } catch (RuntimeException bug) {
            LOG.error(
                    "The schedule \"{}\" of pipeline {} cannot be fired because of a bug, and is tried again",
                    schedule.schedule().expression(),
                    schedule.pipelineId(),
                    bug);
        }
    }

    /** Where it is left as it is, it is taken up again when the claim on it ends. */
    private void fire(ScheduleState schedule, Instant now) {
        PipelineId id = schedule.pipelineId();
        Result<CronSchedule> cron = CronSchedule.of(schedule.schedule());
        if (cron instanceof Result.Failure<CronSchedule> malformed) {
            report(schedule, malformed.error());
            return;
        }
        FireTimes times = FireTimes.of(
                cron.orElseThrow(),
                schedule.schedule().misfire(),
                schedule.settledUntil(),
                now,
                options.misfireThreshold(),
                TIMES);
        if (times.passedOver() != null) {
            LOG.info(
                    "The times of the schedule of pipeline {} from after {} to {} were missed: {}",
                    id,
                    schedule.settledUntil(),
                    times.passedOver(),
                    times.toFire().contains(times.passedOver()) ? "one execution makes up for them" : "passed over");
        }
        Instant last = null;
        if (!times.toFire().isEmpty()) {
            Optional<Pipeline> pipeline = adapters.pipelines().find(id).filter(Pipeline::isActive);
            if (pipeline.isEmpty()) {
                return;
            }
            for (Instant time : times.toFire()) {
                if (!running) {
                    giveBack(schedule);
                    return;
                }
                Result<Boolean> fired = fire(pipeline.get(), time, now);
                if (fired instanceof Result.Failure<Boolean> notNow) {
                    report(schedule, notNow.error());
                    return;
                }
                last = fired.orElseThrow() ? time : last;
            }
        }
        queue.advance(schedule, times.settledUntil(), times.next(), last);
        reported.remove(id);
    }

    /** Lets others have it at once. What has been asked for already, they will find there. */
    private void giveBack(ScheduleState schedule) {
        if (schedule.isWorkedOut()) {
            queue.advance(schedule, schedule.settledUntil(), schedule.dueAt(), null);
        }
    }

    /** Whether there is an execution for the time; a failure if it is worth trying again. */
    private Result<Boolean> fire(Pipeline pipeline, Instant time, Instant now) {
        Result<ScheduledRequests.Outcome> outcome = requests.request(
                pipeline, time, ScheduledRequests.SCHEDULE, ScheduledRequests.SCHEDULE, EventMetadata.of(ids.get()));
        if (outcome instanceof Result.Failure<ScheduledRequests.Outcome> failed) {
            Kind kind = failed.error().kind();
            if (kind == Kind.CONFLICT || kind == Kind.UNAVAILABLE || kind == Kind.TIMED_OUT) {
                return Result.failure(failed.error());
            }
        }
        DomainError refused = outcome.toError().orElse(null);
        if (refused != null || outcome.orElseThrow() == ScheduledRequests.Outcome.REFUSED) {
            LOG.warn(
                    "Pipeline \"{}\" is not executed for its fire time {}: {}",
                    pipeline.name(),
                    time,
                    refused == null ? "it has as many executions as it may" : refused.message());
            metrics.increment("flext.schedule.refused");
            return Result.success(false);
        }
        if (outcome.orElseThrow() == ScheduledRequests.Outcome.REQUESTED) {
            metrics.increment("flext.schedule.fired");
            metrics.record("flext.schedule.delay", Duration.between(time, now));
        }
        return Result.success(true);
    }

    /** Once for each state of a schedule that does not get on. */
    private void report(ScheduleState schedule, DomainError error) {
        Long revision = reported.put(schedule.pipelineId(), schedule.revision());
        if (revision == null || revision != schedule.revision()) {
            LOG.warn(
                    "The schedule \"{}\" of pipeline {} cannot be fired, and is tried again: {}",
                    schedule.schedule().expression(),
                    schedule.pipelineId(),
                    error.message());
        }
    }

    private void failed(StorageException noAnswer) {
        if (!failing) {
            LOG.warn("Node {} cannot look for schedules and tries again every {}", options.node(), pause(), noAnswer);
        }
        failing = true;
    }

    private void recovered() {
        if (failing) {
            LOG.info("Node {} can look for schedules again", options.node());
        }
        failing = false;
    }
}
