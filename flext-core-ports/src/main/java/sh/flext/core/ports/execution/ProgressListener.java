package sh.flext.core.ports.execution;

/** Is told how far running steps are. Called on the steps' threads, by several at once: be quick and thread-safe. */
@FunctionalInterface
public interface ProgressListener {

    /** Takes note of a step's progress. */
    void onProgress(StepProgress progress);
}
