package sh.flext.core.domain.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Several errors at once, none lost. Its kind and code are those of the first, its message has all.
 *
 * @param errors at least two, none of them combined itself
 */
public record CombinedError(List<DomainError> errors) implements DomainError {

    public CombinedError {
        errors = List.copyOf(errors);
        if (errors.size() < 2) {
            throw new IllegalArgumentException("a combined error needs at least two, not " + errors.size());
        }
    }

    /**
     * One error out of several: the error itself if there is one, one {@link InvalidInput} with all violations if all
     * are, else a combined error. Combined errors among them are taken apart.
     */
    public static DomainError of(List<? extends DomainError> errors) {
        List<DomainError> flat = new ArrayList<>();
        for (DomainError error : errors) {
            if (error instanceof CombinedError combined) {
                flat.addAll(combined.errors());
            } else {
                flat.add(error);
            }
        }
        if (flat.size() == 1) {
            return flat.get(0);
        }
        if (!flat.isEmpty() && flat.stream().allMatch(InvalidInput.class::isInstance)) {
            return new InvalidInput(flat.stream()
                    .flatMap(error -> ((InvalidInput) error).violations().stream())
                    .toList());
        }
        return new CombinedError(flat);
    }

    @Override
    public Kind kind() {
        return errors.get(0).kind();
    }

    @Override
    public String code() {
        return errors.get(0).code();
    }

    @Override
    public String message() {
        return errors.stream().map(DomainError::message).collect(Collectors.joining("; "));
    }

    /** The first cause among the errors. */
    @Override
    public Optional<Throwable> cause() {
        return errors.stream().flatMap(error -> error.cause().stream()).findFirst();
    }
}
