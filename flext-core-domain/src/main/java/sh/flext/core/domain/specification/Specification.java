package sh.flext.core.domain.specification;

import java.util.List;
import java.util.stream.Stream;
import sh.flext.core.domain.result.Result;

/**
 * A question about an object with yes or no for an answer, that composes with others. Nodes are public records of plain
 * values, so that an adapter can translate a whole specification (to SQL, say) and refuse by name the nodes it does not
 * know. Implementations are immutable and have no side effects.
 *
 * <p>The idea is Evans' and Fowler's, <i>Specifications</i> (1997).
 *
 * @param <T> type of the objects that are judged
 */
@FunctionalInterface
public interface Specification<T> {

    /** Whether {@code candidate} meets it. */
    boolean isSatisfiedBy(T candidate);

    /** What it asks for, in words that complete the sentence "it must be …". */
    default String description() {
        return toString();
    }

    /** Why {@code candidate} does not meet it: one reason for each part that refuses; empty if it does. */
    default List<String> reasons(T candidate) {
        return isSatisfiedBy(candidate) ? List.of() : List.of("must be " + description());
    }

    /** {@code candidate} if it meets this, else a {@link NotSatisfied} failure with all the reasons. */
    default Result<T> check(T candidate) {
        return isSatisfiedBy(candidate)
                ? Result.success(candidate)
                : Result.failure(new NotSatisfied(reasons(candidate)));
    }

    /** Met by what meets both. Chains become one node: {@code a.and(b).and(c)} is And[a, b, c]. */
    default Specification<T> and(Specification<T> other) {
        return new And<>(Stream.concat(And.parts(this), And.parts(other)).toList());
    }

    /** Met by what meets one of both at least. Chains become one node. */
    default Specification<T> or(Specification<T> other) {
        return new Or<>(Stream.concat(Or.parts(this), Or.parts(other)).toList());
    }

    /** Met by what does not meet this; twice negated is the specification itself. */
    default Specification<T> not() {
        return this instanceof Not<T> negated ? negated.part() : new Not<>(this);
    }

    /** Met by everything: the neutral element of {@link #and}. */
    static <T> Specification<T> all() {
        return new And<>(List.of());
    }
}
