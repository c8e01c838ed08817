package sh.flext.core.domain.result;

/** The value of an operation that has nothing to answer but that it succeeded. */
public enum Unit {
    /** The only value. */
    UNIT;

    static final Result<Unit> DONE = new Result.Success<>(UNIT);
}
