package sh.flext.core.domain.specification;

import java.util.Objects;

/** Met by what does not meet {@code part}. */
public record Not<T>(Specification<T> part) implements Specification<T> {

    public Not {
        Objects.requireNonNull(part, "part");
    }

    @Override
    public boolean isSatisfiedBy(T candidate) {
        return !part.isSatisfiedBy(candidate);
    }

    @Override
    public String description() {
        return "not " + part.description();
    }
}
