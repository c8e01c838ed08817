package sh.flext.core.domain.result;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges an input field by field and answers with <em>all</em> that is wrong, each violation with its path. For any
 * number of fields:
 *
 * <pre>{@code
 * Validator in = Validator.create().secret("token");
 * Checked<PipelineName> name = in.require("name", command.name(), PipelineName::of);
 * Checked<List<Tag>> tags = in.each("tags", command.tags(), Tag::of);
 * return in.result(() -> new Order(name.get(), tags.get()));
 * }</pre>
 *
 * <p>A parser judges one value: the path that its own failure names is replaced by the field's. Nested inputs get a
 * validator of their own by {@link #nested} or {@link #eachNested}. Not thread-safe: one validator for one input.
 */
public final class Validator {

    private final String path;
    private final List<Violation> violations;
    private final Set<String> secrets;

    private Validator(String path, List<Violation> violations, Set<String> secrets) {
        this.path = path;
        this.violations = violations;
        this.secrets = secrets;
    }

    /** A validator that has seen nothing yet. */
    public static Validator create() {
        return new Validator("", new ArrayList<>(), new java.util.HashSet<>());
    }

    /** A field that was judged: it has a value if it, and so the whole, is valid. */
    public static final class Checked<T> {
        private final @Nullable T value;
        private final String path;

        private Checked(String path, @Nullable T value) {
            this.path = path;
            this.value = value;
        }

        /** Shows the value to {@code further}, if it is valid: for rules that need more than one field. */
        public void ifValid(Consumer<? super T> further) {
            if (value != null) {
                further.accept(value);
            }
        }

        /** The value; call it only within {@link Validator#result}, where all fields are known to be valid. */
        public T get() {
            if (value == null) {
                throw new IllegalStateException(path + " has no valid value; read it within result(…)");
            }
            return value;
        }
    }

    /** Declares fields secret, by their own name at any depth: their values never stand in a violation. */
    public Validator secret(String... fields) {
        secrets.addAll(List.of(fields));
        return this;
    }

    /** The field must be there and be accepted by {@code parse}. */
    public <R, T> Checked<T> require(
            String field, @Nullable R raw, Function<? super R, ? extends Result<? extends T>> parse) {
        if (raw == null) {
            reject(field, "input.required", null, "is required");
            return new Checked<>(at(field), null);
        }
        return parsed(field, raw, parse);
    }

    /** The field must be there. */
    public <T> Checked<T> require(String field, @Nullable T raw) {
        return this.<T, T>require(field, raw, Result::success);
    }

    /** The field may be absent; if it is there, {@code parse} must accept it. */
    public <R, T> Checked<Optional<T>> optional(
            String field, @Nullable R raw, Function<? super R, ? extends Result<? extends T>> parse) {
        return raw == null
                ? new Checked<>(at(field), Optional.empty())
                : this.<R, Optional<T>>parsed(
                        field, raw, value -> parse.apply(value).map(Optional::of));
    }

    /** Every element must be accepted by {@code parse}; the paths are {@code field[0]}, {@code field[1]}, … */
    public <R, T> Checked<List<T>> each(
            String field, Collection<? extends R> raw, Function<? super R, ? extends Result<? extends T>> parse) {
        List<Checked<T>> checked = new ArrayList<>(raw.size());
        int index = 0;
        for (R element : raw) {
            checked.add(require(field + "[" + index++ + "]", element, parse));
        }
        return all(field, checked);
    }

    /** Judges a nested input with a validator whose paths start with {@code field}. */
    public <R, T> Checked<T> nested(
            String field, @Nullable R raw, BiFunction<Validator, ? super R, ? extends Supplier<? extends T>> judge) {
        if (raw == null) {
            reject(field, "input.required", null, "is required");
            return new Checked<>(at(field), null);
        }
        int before = violations.size();
        Supplier<? extends T> value = judge.apply(new Validator(at(field), violations, secrets), raw);
        return new Checked<>(at(field), violations.size() == before ? value.get() : null);
    }

    /** Judges every element of a list as {@link #nested} does one. */
    public <R, T> Checked<List<T>> eachNested(
            String field,
            Collection<? extends R> raw,
            BiFunction<Validator, ? super R, ? extends Supplier<? extends T>> judge) {
        List<Checked<T>> checked = new ArrayList<>(raw.size());
        int index = 0;
        for (R element : raw) {
            checked.add(nested(field + "[" + index++ + "]", element, judge));
        }
        return all(field, checked);
    }

    /** Rejects the field unless {@code holds}. */
    public Validator that(boolean holds, String field, @Nullable Object rejected, String message) {
        return that(holds, field, InvalidInput.CODE, rejected, message);
    }

    /** Rejects the field unless {@code holds}, by the name of the rule that it breaks. */
    public Validator that(boolean holds, String field, String code, @Nullable Object rejected, String message) {
        return holds ? this : reject(field, code, rejected, message);
    }

    /** Adds a violation at {@code field}; an empty field means the input as a whole. */
    public Validator reject(String field, String code, @Nullable Object rejected, String message) {
        String shown = rejected == null ? null : isSecret(field) ? Violation.MASK : rejected.toString();
        violations.add(new Violation(at(field), code, shown, message));
        return this;
    }

    /** What is wrong so far. */
    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** Whether nothing is wrong so far. */
    public boolean isValid() {
        return violations.isEmpty();
    }

    /** The value made of the checked fields, or a failure with all violations; then nothing is made. */
    public <T> Result<T> result(Supplier<? extends T> value) {
        return isValid() ? Result.success(value.get()) : Result.failure(new InvalidInput(violations));
    }

    /** As {@link #result}, where making the value may be refused too. */
    @SuppressWarnings("unchecked")
    public <T> Result<T> flatResult(Supplier<? extends Result<? extends T>> value) {
        return isValid() ? (Result<T>) value.get() : Result.failure(new InvalidInput(violations));
    }

    private <R, T> Checked<T> parsed(String field, R raw, Function<? super R, ? extends Result<? extends T>> parse) {
        Result<? extends T> result = parse.apply(raw);
        if (result instanceof Result.Failure<? extends T> failure) {
            if (failure.error() instanceof InvalidInput invalid) {
                invalid.violations().forEach(violation -> reject(field, violation.code(), raw, violation.message()));
            } else {
                reject(field, failure.error().code(), raw, failure.error().message());
            }
            return new Checked<>(at(field), null);
        }
        return new Checked<>(at(field), ((Result.Success<? extends T>) result).value());
    }

    private <T> Checked<List<T>> all(String field, List<Checked<T>> checked) {
        List<T> values = new ArrayList<>(checked.size());
        for (Checked<T> one : checked) {
            if (one.value == null) {
                return new Checked<>(at(field), null);
            }
            values.add(one.value);
        }
        return new Checked<>(at(field), List.copyOf(values));
    }

    private String at(String field) {
        if (field.isEmpty() || path.isEmpty()) {
            return path + field;
        }
        return path + "." + field;
    }

    private boolean isSecret(String field) {
        String whole = at(field);
        for (String segment : whole.split("[.\\[]", -1)) {
            if (secrets.contains(segment)) {
                return true;
            }
        }
        return false;
    }
}
