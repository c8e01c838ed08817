package sh.flext.core.application.execution;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.pipeline.StepType;
import sh.flext.core.ports.execution.StepExecutor;
import sh.flext.core.ports.execution.TransactionalStep;

/** The user's code for each step type that a node runs. Immutable. */
public final class StepExecutors {

    private final Map<StepType, Registered> byType;
    private final Set<StepType> elsewhere;

    /** One of the two kinds of code; the other is null. */
    record Registered(
            @Nullable StepExecutor plain, @Nullable TransactionalStep transactional) {}

    private StepExecutors(Map<StepType, Registered> byType, Set<StepType> elsewhere) {
        this.byType = Collections.unmodifiableMap(new LinkedHashMap<>(byType));
        this.elsewhere = Collections.unmodifiableSet(new LinkedHashSet<>(elsewhere));
    }

    /** Starts a collection. */
    public static Builder builder() {
        return new Builder();
    }

    /** The types that this node runs. */
    public Set<StepType> types() {
        return byType.keySet();
    }

    /** Whether some node is known to run this type: this one, or another that was named. */
    public boolean isKnown(StepType type) {
        return byType.containsKey(type) || elsewhere.contains(type);
    }

    Registered get(StepType type) {
        Registered registered = byType.get(type);
        if (registered == null) {
            throw new IllegalStateException("no executor for step type " + type);
        }
        return registered;
    }

    /** Collects executors. Not thread-safe. */
    public static final class Builder {
        private final Map<StepType, Registered> byType = new LinkedHashMap<>();
        private final Set<StepType> elsewhere = new LinkedHashSet<>();

        private Builder() {}

        /** The code for a type; an ISE if it has some. */
        public Builder step(StepType type, StepExecutor executor) {
            return add(type, new Registered(executor, null));
        }

        /** The code for a type whose effect is in the same database; an ISE if it has some. */
        public Builder transactionalStep(StepType type, TransactionalStep executor) {
            return add(type, new Registered(null, executor));
        }

        /** A type that other nodes run: executions with such steps are accepted here and never claimed. */
        public Builder elsewhere(StepType type) {
            elsewhere.add(type);
            return this;
        }

        /** The executors, frozen. */
        public StepExecutors build() {
            return new StepExecutors(byType, elsewhere);
        }

        private Builder add(StepType type, Registered registered) {
            if (byType.putIfAbsent(type, registered) != null) {
                throw new IllegalStateException("a second executor for step type " + type);
            }
            return this;
        }
    }
}
