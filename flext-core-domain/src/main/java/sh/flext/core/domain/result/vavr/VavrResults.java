package sh.flext.core.domain.result.vavr;

import io.vavr.collection.Seq;
import io.vavr.control.Either;
import io.vavr.control.Option;
import io.vavr.control.Try;
import io.vavr.control.Validation;
import java.util.function.Supplier;
import sh.flext.core.domain.result.CombinedError;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.DomainException;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.Unexpected;

/** Conversions between {@link Result} and Vavr's control types. Needs {@code io.vavr} at run time. */
public final class VavrResults {

    private VavrResults() {}

    /** Right with the value, or left with the error. */
    public static <T> Either<DomainError, T> toEither(Result<T> result) {
        return result.fold(Either::right, Either::left);
    }

    /** A success with the right value, or a failure with the left error. */
    public static <T> Result<T> fromEither(Either<? extends DomainError, ? extends T> either) {
        return either.fold(Result::failure, Result::success);
    }

    /** Success with the value, or failure with a {@link DomainException}. */
    public static <T> Try<T> toTry(Result<T> result) {
        return result.fold(Try::success, error -> Try.failure(new DomainException(error)));
    }

    /** A success with the value, or a failure: the error of a {@link DomainException}, else {@link Unexpected}. */
    public static <T> Result<T> fromTry(Try<? extends T> attempt) {
        return attempt.isSuccess()
                ? Result.success(attempt.get())
                : Result.failure(
                        attempt.getCause() instanceof DomainException refused
                                ? refused.error()
                                : Unexpected.of(attempt.getCause()));
    }

    /** Some value, or none: the error is lost. */
    public static <T> Option<T> toOption(Result<T> result) {
        return result.fold(Option::some, error -> Option.none());
    }

    /** A success with the value, or a failure with the error supplied. */
    public static <T> Result<T> fromOption(Option<? extends T> option, Supplier<? extends DomainError> whenNone) {
        return option.isDefined() ? Result.success(option.get()) : Result.failure(whenNone.get());
    }

    /** Valid with the value, or invalid with the error. */
    public static <T> Validation<DomainError, T> toValidation(Result<T> result) {
        return result.fold(Validation::valid, Validation::invalid);
    }

    /** A success with the value, or a failure with the one error. */
    public static <T> Result<T> fromValidation(Validation<? extends DomainError, ? extends T> validation) {
        return validation.fold(Result::failure, Result::success);
    }

    /** A success with the value, or a failure with all errors; see {@link CombinedError}. */
    public static <T> Result<T> fromValidations(
            Validation<? extends Seq<? extends DomainError>, ? extends T> validation) {
        return validation.fold(errors -> Result.failure(CombinedError.of(errors.toJavaList())), Result::success);
    }
}
