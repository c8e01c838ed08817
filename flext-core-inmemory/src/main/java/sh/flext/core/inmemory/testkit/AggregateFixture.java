package sh.flext.core.inmemory.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sh.flext.core.domain.model.AggregateRoot;
import sh.flext.core.domain.model.DomainEvent;
import sh.flext.core.domain.model.EntityId;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;

/**
 * States what an aggregate decides: given its events so far, when asked for something, then it raises these events, or
 * refuses.
 *
 * <pre>{@code
 * AggregateFixture.of(Pipeline::replay)
 *         .given(new PipelineCreated(id, details, at))
 *         .when(pipeline -> pipeline.deactivate(later))
 *         .thenEvents(new PipelineDeactivated(id, later))
 *         .thenState(pipeline -> assertThat(pipeline.isActive()).isFalse());
 * }</pre>
 *
 * <p>What turns out otherwise is thrown as an {@link AssertionError} that says what was expected and what was found.
 * Immutable and thread-safe.
 *
 * @param <I> type of the aggregate's identity
 * @param <E> type of its events
 * @param <A> the aggregate
 */
public final class AggregateFixture<I extends EntityId, E extends DomainEvent, A extends AggregateRoot<I, E, A>> {

    private final Function<List<E>, A> replay;

    private AggregateFixture(Function<List<E>, A> replay) {
        this.replay = Objects.requireNonNull(replay, "replay");
    }

    /** A fixture for the aggregate that {@code replay} makes of its events. */
    public static <I extends EntityId, E extends DomainEvent, A extends AggregateRoot<I, E, A>>
            AggregateFixture<I, E, A> of(Function<List<E>, A> replay) {
        return new AggregateFixture<>(replay);
    }

    /** The aggregate that these events made, oldest first. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final Given<E, A> given(E... events) {
        return given(List.of(events));
    }

    /** The aggregate that these events made, oldest first. */
    public Given<E, A> given(List<? extends E> events) {
        return new Given<>(replay.apply(List.copyOf(events)));
    }

    /** Nothing: the aggregate is to be created. */
    public Nothing<E, A> givenNothing() {
        return new Nothing<>();
    }

    /**
     * An aggregate to ask something of.
     *
     * @param <E> type of its events
     * @param <A> the aggregate
     */
    public static final class Given<E extends DomainEvent, A extends AggregateRoot<?, E, A>> {

        private final A aggregate;

        private Given(A aggregate) {
            this.aggregate = aggregate;
        }

        /** Asks it for something that it may refuse; what it does in any case, wrap in {@link Result#success}. */
        public Outcome<E, A> when(Function<? super A, Result<A>> behaviour) {
            return new Outcome<>(behaviour.apply(aggregate));
        }
    }

    /**
     * The start of an aggregate that does not exist yet.
     *
     * @param <E> type of its events
     * @param <A> the aggregate
     */
    public static final class Nothing<E extends DomainEvent, A extends AggregateRoot<?, E, A>> {

        private Nothing() {}

        /** Creates it. */
        public Outcome<E, A> when(Supplier<A> creation) {
            return new Outcome<>(Result.success(creation.get()));
        }

        /** Creates it, which may be refused. */
        public Outcome<E, A> whenAttempted(Supplier<Result<A>> creation) {
            return new Outcome<>(creation.get());
        }
    }

    /**
     * What came of it. Expectations can follow one another.
     *
     * @param <E> type of the aggregate's events
     * @param <A> the aggregate
     */
    public static final class Outcome<E extends DomainEvent, A extends AggregateRoot<?, E, A>> {

        private final Result<A> result;

        private Outcome(Result<A> result) {
            this.result = Objects.requireNonNull(result, "what a behaviour answers");
        }

        /** It raised exactly these events, in this order. */
        @SafeVarargs
        @SuppressWarnings("varargs")
        public final Outcome<E, A> thenEvents(E... expected) {
            return thenEvents(List.of(expected));
        }

        /** It raised exactly these events, in this order. */
        public Outcome<E, A> thenEvents(List<? extends E> expected) {
            List<E> actual = aggregate(lines(expected)).domainEvents();
            if (!actual.equals(expected)) {
                throw new AssertionError(
                        "expected:" + lines(expected) + "\nbut raised:" + lines(actual) + difference(expected, actual));
            }
            return this;
        }

        /** It succeeded and raised no event: what was asked for held already. */
        public Outcome<E, A> thenNoEvents() {
            return thenEvents(List.of());
        }

        /** It was refused with an error of this code. */
        public Outcome<E, A> thenRefused(String code) {
            DomainError error = result.toError()
                    .orElseThrow(() -> new AssertionError("expected:\n  refused with " + code + "\nbut raised:"
                            + lines(result.orElseThrow().domainEvents())));
            if (!error.code().equals(code)) {
                throw new AssertionError("expected:\n  refused with " + code + "\nbut was:\n  " + refusal(error));
            }
            return this;
        }

        /** It succeeded, and {@code assertions} hold of the aggregate as it is then. */
        public Outcome<E, A> thenState(Consumer<? super A> assertions) {
            assertions.accept(aggregate("\n  a success"));
            return this;
        }

        private A aggregate(String expected) {
            return result.orElseThrow(
                    error -> new AssertionError("expected:" + expected + "\nbut was:\n  " + refusal(error)));
        }

        private static String refusal(DomainError error) {
            return "refused with " + error.code() + ": " + error.message();
        }

        private static String difference(List<?> expected, List<?> actual) {
            for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
                if (!expected.get(i).equals(actual.get(i))) {
                    return "\nthe first to differ is number " + (i + 1);
                }
            }
            return "\nthe first " + Math.min(expected.size(), actual.size()) + " are the same, then one has more";
        }

        private static String lines(List<?> events) {
            if (events.isEmpty()) {
                return "\n  no event";
            }
            List<String> lines = new ArrayList<>();
            for (@Nullable Object event : events) {
                lines.add("\n  " + (lines.size() + 1) + ". " + event);
            }
            return String.join("", lines);
        }
    }
}
