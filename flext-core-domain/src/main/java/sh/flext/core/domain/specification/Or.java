package sh.flext.core.domain.specification;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Met by what meets one part at least; without parts, by nothing.
 *
 * @param parts in the order in which they are asked
 */
public record Or<T>(List<Specification<T>> parts) implements Specification<T> {

    public Or {
        parts = Parts.copyOf(parts);
    }

    /** The parts, unmodifiable. */
    @Override
    public List<Specification<T>> parts() {
        return Collections.unmodifiableList(parts);
    }

    static <T> Stream<Specification<T>> parts(Specification<T> specification) {
        return specification instanceof Or<T> or ? or.parts().stream() : Stream.of(specification);
    }

    @Override
    public boolean isSatisfiedBy(T candidate) {
        return ((Parts<T>) parts).anySatisfiedBy(candidate);
    }

    @Override
    public String description() {
        return parts.isEmpty()
                ? "nothing"
                : parts.stream().map(Specification::description).collect(Collectors.joining(" or ", "(", ")"));
    }
}
