package sh.flext.benchmarks;

import io.vavr.control.Either;
import io.vavr.control.Try;
import java.io.Serial;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import sh.flext.core.domain.result.DomainError;
import sh.flext.core.domain.result.Result;
import sh.flext.core.domain.result.RuleViolated;

/**
 * A chain of five steps, three of which may refuse; the middle one does where the path is {@code failure}. The values
 * are there before, so that what is allocated is allocated by the chain, or for the error.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar ResultBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class ResultBenchmark {

    private static final int INPUTS = 64;

    /** Who runs the chain. */
    @Param({"handWritten", "result", "vavrEither", "vavrTry", "exception"})
    public String impl;

    /** How the chain goes. */
    @Param({"success", "failure"})
    public String path;

    private Chain chain;
    private final Link[] inputs = new Link[INPUTS];

    /** Makes the inputs. */
    @Setup
    public void setUp() {
        chain = switch (impl) {
            case "handWritten" -> ResultBenchmark::handWritten;
            case "result" -> ResultBenchmark::result;
            case "vavrEither" -> ResultBenchmark::vavrEither;
            case "vavrTry" -> ResultBenchmark::vavrTry;
            case "exception" -> ResultBenchmark::exception;
            default -> throw new IllegalArgumentException(impl);
        };
        for (int i = 0; i < INPUTS; i++) {
            Link last = new Link(true, null);
            Link third = new Link(true, new Link(true, last));
            Link second = new Link(path.equals("success"), third);
            inputs[i] = new Link(true, new Link(true, second));
        }
    }

    /** Runs the chain on every input in one call: a call for each would cost half of what the chain does. */
    @Benchmark
    @OperationsPerInvocation(INPUTS)
    public void chain(Blackhole outcomes) {
        for (Link input : inputs) {
            outcomes.consume(chain.run(input));
        }
    }

    /** Runs the five steps and answers with what came out, in whatever shape. */
    private interface Chain {
        Object run(Link input);
    }

    /** A value, and the one that a step makes of it. */
    private record Link(
            boolean good, @org.jspecify.annotations.Nullable Link following) {
        Link next() {
            return following == null ? this : following;
        }

        DomainError refusal() {
            return RuleViolated.of("link.bad", "the link is bad");
        }
    }

    private static Object handWritten(Link input) {
        if (!input.good()) {
            return input.refusal();
        }
        Link first = input.next().next();
        if (!first.good()) {
            return first.refusal();
        }
        Link second = first.next().next();
        return second.good() ? second : second.refusal();
    }

    private static Result<Link> judged(Link link) {
        return link.good() ? Result.success(link) : Result.failure(link.refusal());
    }

    private static Object result(Link input) {
        return judged(input)
                .map(Link::next)
                .map(Link::next)
                .flatMap(ResultBenchmark::judged)
                .map(Link::next)
                .map(Link::next)
                .flatMap(ResultBenchmark::judged);
    }

    private static Either<DomainError, Link> judgedEither(Link link) {
        return link.good() ? Either.right(link) : Either.left(link.refusal());
    }

    private static Object vavrEither(Link input) {
        return judgedEither(input)
                .map(Link::next)
                .map(Link::next)
                .flatMap(ResultBenchmark::judgedEither)
                .map(Link::next)
                .map(Link::next)
                .flatMap(ResultBenchmark::judgedEither);
    }

    private static Link judgedOrThrown(Link link) {
        if (!link.good()) {
            throw new LinkException(link.refusal());
        }
        return link;
    }

    private static Object vavrTry(Link input) {
        return Try.of(() -> judgedOrThrown(input))
                .map(Link::next)
                .map(Link::next)
                .map(ResultBenchmark::judgedOrThrown)
                .map(Link::next)
                .map(Link::next)
                .map(ResultBenchmark::judgedOrThrown);
    }

    private static Object exception(Link input) {
        try {
            Link first = judgedOrThrown(input).next().next();
            return judgedOrThrown(judgedOrThrown(first).next().next());
        } catch (LinkException refused) {
            return refused.error;
        }
    }

    private static final class LinkException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient DomainError error;

        LinkException(DomainError error) {
            super(error.message());
            this.error = error;
        }
    }
}
