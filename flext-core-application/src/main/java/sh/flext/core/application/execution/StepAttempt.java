package sh.flext.core.application.execution;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import sh.flext.core.domain.execution.PipelineExecution;
import sh.flext.core.domain.model.Document;
import sh.flext.core.domain.pipeline.PipelineStep;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.TimedOut;
import sh.flext.core.domain.result.Unexpected;
import sh.flext.core.ports.execution.StepContext;
import sh.flext.core.ports.execution.StepProgress;
import sh.flext.core.ports.messaging.Registration;
import sh.flext.core.ports.observability.Tracing;

/**
 * One attempt of one step: runs the user's code on the thread that is given to it, under its time limit, and hands the
 * outcome back to its run. It can be called off at any moment; then its outcome is of no interest any more.
 */
final class StepAttempt implements Runnable {

    private enum Life {
        QUEUED,
        UNDER_WAY,
        ENDED
    }

    private final Run run;
    private final Node node;
    private final PipelineStep step;
    private final int number;
    private final Cancellation cancellation = new Cancellation();
    private final StepContext context;
    private Life life = Life.QUEUED;
    private @Nullable Thread thread;
    private boolean leftInterrupted;
    private volatile @Nullable TimedOut expired;
    private volatile @Nullable StepProgress progress;
    private @Nullable PipelineExecution completed;

    StepAttempt(Run run, Node node, PipelineExecution execution, PipelineStep step, int number) {
        this.run = run;
        this.node = node;
        this.step = step;
        this.number = number;
        this.context = new AttemptContext(execution, step, number, cancellation, this::progressed);
    }

    StepName stepName() {
        return step.name();
    }

    PipelineStep step() {
        return step;
    }

    int number() {
        return number;
    }

    StepContext context() {
        return context;
    }

    Instant now() {
        return run.now();
    }

    /** The last word of the user's code about how far it is; null before the first. */
    @Nullable
    StepProgress progress() {
        return progress;
    }

    private void progressed(StepProgress now) {
        progress = now;
        node.progressListener().onProgress(now);
    }

    /** The execution with the completion of this attempt, if its own transaction stored that already. */
    @Nullable
    PipelineExecution completed() {
        return completed;
    }

    void completedIn(PipelineExecution execution) {
        completed = execution;
    }

    /** Runs this attempt, and then, on the same thread, the attempts that follow from it one by one. */
    @Override
    public void run() {
        boolean interrupted = false;
        StepAttempt next = this;
        while (next != null) {
            StepAttempt now = next;
            next = now.runOnce();
            interrupted |= now.leftInterrupted;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells the user's code to stop, and interrupts its thread. */
    void cancel(String reason) {
        cancellation.cancel(reason);
        synchronized (this) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Ends an attempt that no thread has begun: it does nothing when one does. False if one has begun it. */
    synchronized boolean endIfQueued() {
        if (life != Life.QUEUED) {
            return false;
        }
        life = Life.ENDED;
        return true;
    }

    private @Nullable StepAttempt runOnce() {
        if (!begin()) {
            return null;
        }
        Result<Document> result;
        Error fatal = null;
        long start = System.nanoTime();
        Registration timeout = step.timeout()
                .map(limit -> node.timer().after(limit, this::expire))
                .orElse(() -> {});
        putMdc();
        try (Tracing.Span span = node.tracing()
                .start("step " + step.type(), Map.of("step", step.name().value()))) {
            result = run.execute(this).peekError(error -> span.fail(error.code(), error.message()));
        } catch (RuntimeException bug) {
            result = Result.failure(Unexpected.of(bug));
        } catch (Error error) {
            fatal = error;
            result = Result.failure(Unexpected.of(error));
        } finally {
            timeout.close();
            end();
            removeMdc();
        }
        TimedOut late = expired;
        if (late != null && completed == null) {
            result = Result.failure(late);
        }
        node.recordStep(step, result, start);
        StepAttempt next = run.attemptEnded(this, result, fatal == null);
        if (fatal != null) {
            throw fatal;
        }
        return next;
    }

    private void expire() {
        String reason = "attempt " + number + " of step " + step.name() + " took longer than " + step.attemptTimeout();
        TimedOut error = TimedOut.of("step.timeout", reason);
        expired = error;
        cancel(reason);
        run.attemptExpired(this, error);
    }

    private synchronized boolean begin() {
        if (life != Life.QUEUED) {
            return false;
        }
        life = Life.UNDER_WAY;
        thread = Thread.currentThread();
        return true;
    }

    /** After this no interrupt that was meant for this attempt can reach the thread; one that did is taken back. Another
     * one is put off until the thread has done what follows from this attempt. */
    private synchronized void end() {
        life = Life.ENDED;
        thread = null;
        leftInterrupted = Thread.interrupted() && !cancellation.isCancelled();
    }

    private void putMdc() {
        MDC.put("flext.execution_id", context.executionId().toString());
        MDC.put("flext.pipeline", context.pipelineName().value());
        MDC.put("flext.step", step.name().value());
        MDC.put("flext.attempt", Integer.toString(number));
    }

    private static void removeMdc() {
        MDC.remove("flext.execution_id");
        MDC.remove("flext.pipeline");
        MDC.remove("flext.step");
        MDC.remove("flext.attempt");
    }
}
