package sh.flext.core.domain.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collector;
import java.util.stream.Stream;

/**
 * The outcome of an operation that may be refused: a value, or one {@link DomainError}. An expected refusal, never a
 * bug: a function passed in here that throws, throws to the caller, save in {@link #attempt}.
 *
 * <p>Immutable and thread-safe. Values are never null. A failure carries no stack trace and costs no more than a
 * success; the steps of a chain after a failure hand on the same object.
 *
 * @param <T> type of the value
 */
public sealed interface Result<T> {

    /** The operation succeeded with {@code value}. */
    record Success<T>(T value) implements Result<T> {
        private static final String NEVER_NULL = "the value of a success";

        public Success {
            Objects.requireNonNull(value, NEVER_NULL);
        }
    }

    /** The operation was refused because of {@code error}. */
    record Failure<T>(DomainError error) implements Result<T> {
        public Failure {
            Objects.requireNonNull(error, "the error of a failure");
        }

        /** This failure as a result of another type; a failure holds no value, so any type is right. */
        @SuppressWarnings("unchecked")
        public <U> Failure<U> as() {
            return (Failure<U>) this;
        }
    }

    /** A computation that may throw anything. */
    @FunctionalInterface
    interface ThrowingSupplier<T> {
        /** Answers with a value that is not null, or throws. */
        T get() throws Throwable;
    }

    /** A success; {@code value} must not be null. */
    static <T> Result<T> success(T value) {
        // Checked before it is made, too: C2 then makes the object with its value, and need not write a null first.
        Objects.requireNonNull(value, Success.NEVER_NULL);
        return new Success<>(value);
    }

    /** A success that has nothing to say but that it is one. */
    static Result<Unit> done() {
        return Unit.DONE;
    }

    /** A failure. */
    static <T> Result<T> failure(DomainError error) {
        return new Failure<>(error);
    }

    /** The value, or a failure with the error supplied where the optional is empty. */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    static <T> Result<T> from(Optional<? extends T> optional, Supplier<? extends DomainError> whenEmpty) {
        return optional.isPresent() ? success(optional.get()) : failure(whenEmpty.get());
    }

    /**
     * Runs a computation and turns what it throws into an {@link Unexpected} failure that keeps the exception; a
     * {@link DomainException} becomes the failure it carries. An {@link Error} is never caught. An
     * {@link InterruptedException} sets the thread's interrupt flag again before it becomes a {@link Cancelled}
     * failure.
     */
    static <T> Result<T> attempt(ThrowingSupplier<? extends T> computation) {
        try {
            return success(computation.get());
        } catch (DomainException refused) {
            return failure(refused.error());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return failure(Cancelled.of("interrupted", "the thread was interrupted"));
        } catch (Error fatal) {
            throw fatal;
        } catch (Throwable thrown) {
            return failure(Unexpected.of(thrown));
        }
    }

    /** All values in order, or the first failure. To keep every error use {@link #combine(List)}. */
    static <T> Result<List<T>> sequence(Iterable<? extends Result<? extends T>> results) {
        List<T> values = new ArrayList<>();
        for (Result<? extends T> result : results) {
            if (result instanceof Failure<? extends T> failure) {
                return failure.as();
            }
            values.add(((Success<? extends T>) result).value());
        }
        return success(List.copyOf(values));
    }

    /** Collects a stream as {@link #sequence} does: all values in order, or the first failure in encounter order. */
    static <T> Collector<Result<T>, ?, Result<List<T>>> collector() {
        return Collector.of(
                ArrayList<Result<T>>::new,
                List::add,
                (left, right) -> {
                    left.addAll(right);
                    return left;
                },
                Result::sequence);
    }

    /** All values in order, or one failure with the errors of <em>all</em> that failed; see {@link CombinedError}. */
    static <T> Result<List<T>> combine(List<? extends Result<? extends T>> results) {
        List<DomainError> errors = new ArrayList<>();
        List<T> values = new ArrayList<>(results.size());
        for (Result<? extends T> result : results) {
            if (result instanceof Failure<? extends T> failure) {
                errors.add(failure.error());
            } else {
                values.add(((Success<? extends T>) result).value());
            }
        }
        return errors.isEmpty() ? success(List.copyOf(values)) : failure(CombinedError.of(errors));
    }

    /** {@code merge} of both values, or one failure with the errors of all that failed. */
    static <A, B, R> Result<R> combine(
            Result<A> first, Result<B> second, BiFunction<? super A, ? super B, ? extends R> merge) {
        if (first instanceof Success<A> a && second instanceof Success<B> b) {
            return success(merge.apply(a.value(), b.value()));
        }
        return Result.<Object>combine(List.of(first, second)).map(unreachable -> {
            throw new IllegalStateException("a failure among the parts and none in the whole");
        });
    }

    /** {@code merge} of all three values, or one failure with the errors of all that failed. */
    static <A, B, C, R> Result<R> combine(
            Result<A> first,
            Result<B> second,
            Result<C> third,
            TriFunction<? super A, ? super B, ? super C, ? extends R> merge) {
        if (first instanceof Success<A> a && second instanceof Success<B> b && third instanceof Success<C> c) {
            return success(merge.apply(a.value(), b.value(), c.value()));
        }
        return Result.<Object>combine(List.of(first, second, third)).map(unreachable -> {
            throw new IllegalStateException("a failure among the parts and none in the whole");
        });
    }

    /** A function of three arguments. */
    @FunctionalInterface
    interface TriFunction<A, B, C, R> {
        /** Applies the function. */
        R apply(A first, B second, C third);
    }

    /** Whether this is a {@link Success}. */
    default boolean isSuccess() {
        return this instanceof Success;
    }

    /** Whether this is a {@link Failure}. */
    default boolean isFailure() {
        return this instanceof Failure;
    }

    /** The value mapped; a failure is handed on as it is. */
    @SuppressWarnings("unchecked")
    default <U> Result<U> map(Function<? super T, ? extends U> mapper) {
        if (this instanceof Success<T> success) {
            return success(mapper.apply(success.value()));
        }
        return (Result<U>) this; // a cast to Failure would be checked
    }

    /** What {@code mapper} answers for the value; a failure is handed on as it is. */
    @SuppressWarnings("unchecked")
    default <U> Result<U> flatMap(Function<? super T, ? extends Result<? extends U>> mapper) {
        if (this instanceof Success<T> success) {
            return (Result<U>) mapper.apply(success.value());
        }
        return (Result<U>) this;
    }

    /** The error mapped; a success is handed on as it is. */
    default Result<T> mapError(Function<? super DomainError, ? extends DomainError> mapper) {
        return this instanceof Failure<T> failure ? new Failure<>(mapper.apply(failure.error())) : this;
    }

    /** What {@code recovery} answers for the error; a success is handed on as it is. */
    @SuppressWarnings("unchecked")
    default Result<T> recover(Function<? super DomainError, ? extends Result<? extends T>> recovery) {
        return this instanceof Failure<T> failure ? (Result<T>) recovery.apply(failure.error()) : this;
    }

    /** One value out of either case. */
    default <U> U fold(
            Function<? super T, ? extends U> onSuccess, Function<? super DomainError, ? extends U> onFailure) {
        return this instanceof Success<T> success
                ? onSuccess.apply(success.value())
                : onFailure.apply(((Failure<T>) this).error());
    }

    /** This, if it failed or its value meets {@code condition}; else a failure with the error supplied. */
    default Result<T> ensure(Predicate<? super T> condition, Supplier<? extends DomainError> otherwise) {
        return this instanceof Success<T> success && !condition.test(success.value())
                ? new Failure<>(otherwise.get())
                : this;
    }

    /** Shows the value to {@code action}, and answers with this. */
    default Result<T> peek(Consumer<? super T> action) {
        if (this instanceof Success<T> success) {
            action.accept(success.value());
        }
        return this;
    }

    /** Shows the error to {@code action}, and answers with this. */
    default Result<T> peekError(Consumer<? super DomainError> action) {
        if (this instanceof Failure<T> failure) {
            action.accept(failure.error());
        }
        return this;
    }

    /** The value, or {@code other}. */
    default T orElse(T other) {
        return this instanceof Success<T> success ? success.value() : other;
    }

    /** The value, or what is made of the error. */
    default T orElseGet(Function<? super DomainError, ? extends T> other) {
        return this instanceof Success<T> success ? success.value() : other.apply(((Failure<T>) this).error());
    }

    /** The value; a failure is thrown as {@link DomainException}. */
    default T orElseThrow() {
        return orElseThrow(DomainException::new);
    }

    /** The value; a failure is thrown as the exception made of its error. */
    default <X extends Throwable> T orElseThrow(Function<? super DomainError, ? extends X> exception) throws X {
        if (this instanceof Success<T> success) {
            return success.value();
        }
        throw exception.apply(((Failure<T>) this).error());
    }

    /** The value, or empty: the error is lost. */
    default Optional<T> toOptional() {
        return this instanceof Success<T> success ? Optional.of(success.value()) : Optional.empty();
    }

    /** The error, or empty. */
    default Optional<DomainError> toError() {
        return this instanceof Failure<T> failure ? Optional.of(failure.error()) : Optional.empty();
    }

    /** A stream of the value, or an empty one. */
    default Stream<T> stream() {
        return this instanceof Success<T> success ? Stream.of(success.value()) : Stream.empty();
    }
}
