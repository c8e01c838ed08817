package sh.flext.core.domain.specification;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Met by what meets all parts; without parts, by everything.
 *
 * @param parts in the order in which they are asked
 */
public record And<T>(List<Specification<T>> parts) implements Specification<T> {

    public And {
        parts = Parts.copyOf(parts);
    }

    /** The parts, unmodifiable. */
    @Override
    public List<Specification<T>> parts() {
        return Collections.unmodifiableList(parts);
    }

    static <T> Stream<Specification<T>> parts(Specification<T> specification) {
        return specification instanceof And<T> and ? and.parts().stream() : Stream.of(specification);
    }

    @Override
    public boolean isSatisfiedBy(T candidate) {
        return ((Parts<T>) parts).allSatisfiedBy(candidate);
    }

    @Override
    public String description() {
        return parts.isEmpty()
                ? "anything"
                : parts.stream().map(Specification::description).collect(Collectors.joining(" and ", "(", ")"));
    }

    @Override
    public List<String> reasons(T candidate) {
        return parts.stream().flatMap(part -> part.reasons(candidate).stream()).toList();
    }
}
