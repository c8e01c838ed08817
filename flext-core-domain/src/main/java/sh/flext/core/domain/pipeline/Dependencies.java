package sh.flext.core.domain.pipeline;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import sh.flext.core.domain.model.ValueObject;

/** What must be completed before a step may start. */
public sealed interface Dependencies extends ValueObject {

    /** All steps of lower order. */
    record AfterPrevious() implements Dependencies {}

    /** Nothing: the step is a root of the graph. */
    record None() implements Dependencies {}

    /**
     * The steps named.
     *
     * @param names at least one, none twice, in the order in which they were given
     */
    record On(List<StepName> names) implements Dependencies {
        public On {
            names = List.copyOf(new LinkedHashSet<>(names));
            if (names.isEmpty()) {
                throw new IllegalArgumentException("on() needs a name; a step without dependencies has none()");
            }
        }
    }

    /** All steps of lower order; what a step has unless it says otherwise. */
    static Dependencies afterPrevious() {
        return AFTER_PREVIOUS;
    }

    /** Nothing: the step is a root of the graph. */
    static Dependencies none() {
        return NONE;
    }

    /** The steps named; at least one. */
    static Dependencies on(Collection<StepName> names) {
        return new On(List.copyOf(names));
    }

    /** The steps named, for names the code vouches for; at least one. */
    static Dependencies on(String... names) {
        return new On(java.util.Arrays.stream(names).map(StepName::new).toList());
    }

    /** The one instance of {@link AfterPrevious} that is handed out. */
    Dependencies AFTER_PREVIOUS = new AfterPrevious();

    /** The one instance of {@link None} that is handed out. */
    Dependencies NONE = new None();
}
