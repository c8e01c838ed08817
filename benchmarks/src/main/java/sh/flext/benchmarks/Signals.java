package sh.flext.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sh.flext.core.application.command.Command;
import sh.flext.core.application.command.CommandHandler;
import sh.flext.core.domain.result.Result;

/** Eight types of commands that carry the answer that their handlers give, and those handlers, each a class of its own. */
final class Signals {

    private Signals() {}

    /** A command of ours and of PipelinR's. */
    interface Signal extends Command<Long>, an.awesome.pipelinr.Command<Result<Long>> {
        Result<Long> answer();
    }

    record One(Result<Long> answer) implements Signal {}

    record Two(Result<Long> answer) implements Signal {}

    record Three(Result<Long> answer) implements Signal {}

    record Four(Result<Long> answer) implements Signal {}

    record Five(Result<Long> answer) implements Signal {}

    record Six(Result<Long> answer) implements Signal {}

    record Seven(Result<Long> answer) implements Signal {}

    record Eight(Result<Long> answer) implements Signal {}

    /** A type of commands, who handles it here, and who handles it for PipelinR. */
    record Kind<C extends Signal>(
            Class<C> type,
            CommandHandler<C, Long> handler,
            an.awesome.pipelinr.Command.Handler<C, Result<Long>> peer) {}

    static final List<Kind<?>> KINDS = List.of(
            new Kind<>(One.class, (one, context) -> one.answer(), new HandlesOne()),
            new Kind<>(Two.class, (two, context) -> two.answer(), new HandlesTwo()),
            new Kind<>(Three.class, (three, context) -> three.answer(), new HandlesThree()),
            new Kind<>(Four.class, (four, context) -> four.answer(), new HandlesFour()),
            new Kind<>(Five.class, (five, context) -> five.answer(), new HandlesFive()),
            new Kind<>(Six.class, (six, context) -> six.answer(), new HandlesSix()),
            new Kind<>(Seven.class, (seven, context) -> seven.answer(), new HandlesSeven()),
            new Kind<>(Eight.class, (eight, context) -> eight.answer(), new HandlesEight()));

    /** Commands of the first types, in turn. */
    static Signal[] inTurn(int types, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> of(i % types, Result.success((long) i)))
                .toArray(Signal[]::new);
    }

    private static Signal of(int kind, Result<Long> answer) {
        return Stream.<Signal>of(
                        new One(answer),
                        new Two(answer),
                        new Three(answer),
                        new Four(answer),
                        new Five(answer),
                        new Six(answer),
                        new Seven(answer),
                        new Eight(answer))
                .skip(kind)
                .findFirst()
                .orElseThrow();
    }

    private static final class HandlesOne implements an.awesome.pipelinr.Command.Handler<One, Result<Long>> {
        @Override
        public Result<Long> handle(One one) {
            return one.answer();
        }
    }

    private static final class HandlesTwo implements an.awesome.pipelinr.Command.Handler<Two, Result<Long>> {
        @Override
        public Result<Long> handle(Two two) {
            return two.answer();
        }
    }

    private static final class HandlesThree implements an.awesome.pipelinr.Command.Handler<Three, Result<Long>> {
        @Override
        public Result<Long> handle(Three three) {
            return three.answer();
        }
    }

    private static final class HandlesFour implements an.awesome.pipelinr.Command.Handler<Four, Result<Long>> {
        @Override
        public Result<Long> handle(Four four) {
            return four.answer();
        }
    }

    private static final class HandlesFive implements an.awesome.pipelinr.Command.Handler<Five, Result<Long>> {
        @Override
        public Result<Long> handle(Five five) {
            return five.answer();
        }
    }

    private static final class HandlesSix implements an.awesome.pipelinr.Command.Handler<Six, Result<Long>> {
        @Override
        public Result<Long> handle(Six six) {
            return six.answer();
        }
    }

    private static final class HandlesSeven implements an.awesome.pipelinr.Command.Handler<Seven, Result<Long>> {
        @Override
        public Result<Long> handle(Seven seven) {
            return seven.answer();
        }
    }

    private static final class HandlesEight implements an.awesome.pipelinr.Command.Handler<Eight, Result<Long>> {
        @Override
        public Result<Long> handle(Eight eight) {
            return eight.answer();
        }
    }
}
