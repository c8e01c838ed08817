package sh.flext.core.application.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import sh.flext.core.application.request.RequestContext;
import sh.flext.core.domain.result.DomainError.Kind;
import sh.flext.core.domain.result.Result;
import sh.flext.core.ports.persistence.StorageException;

class QueryBusTest {

    sealed interface AccountQuery<R> extends Query<R> {}

    record Balance(String account) implements AccountQuery<Long> {}

    record Owner(String account) implements AccountQuery<String> {}

    @Test
    void ask_differentTypes_eachGetsTheAnswerOfItsHandler() {
        QueryBus bus = QueryBus.builder()
                .require(AccountQuery.class)
                .handler(Balance.class, (query, context) -> Result.success(100L))
                .handler(Owner.class, (query, context) -> Result.success("Ada of " + query.account()))
                .build();

        Long balance = bus.ask(new Balance("a-1")).orElseThrow();
        String owner = bus.ask(new Owner("a-1")).orElseThrow();

        assertThat(balance).isEqualTo(100L);
        assertThat(owner).isEqualTo("Ada of a-1");
        assertThat(bus.types()).isEqualTo(Set.of(Balance.class, Owner.class));
    }

    @Test
    void ask_withContext_handlerGetsIt() {
        QueryBus bus = QueryBus.builder()
                .handler(
                        Owner.class,
                        (query, context) -> Result.success(
                                context.attribute("tenant", String.class).orElse("nobody")))
                .build();

        assertThat(bus.ask(new Owner("a-1"))).isEqualTo(Result.success("nobody"));
        assertThat(bus.ask(new Owner("a-1"), RequestContext.none().with("tenant", "blue")))
                .isEqualTo(Result.success("blue"));
        assertThat(bus.route(Owner.class)
                        .handle(new Owner("a-1"), RequestContext.none().with("tenant", "red")))
                .isEqualTo(Result.success("red"));
    }

    @Test
    void ask_typeWithoutHandler_failureNamesTheQuery() {
        assertThat(QueryBus.builder().build().ask(new Owner("a-1")).toError()).hasValueSatisfying(error -> {
            assertThat(error.kind()).isEqualTo(Kind.UNEXPECTED);
            assertThat(error.message()).contains(Owner.class.getName());
        });
    }

    @Test
    void ask_storeGivesNoAnswer_unavailable() {
        QueryBus bus = QueryBus.builder()
                .handler(Owner.class, (query, context) -> {
                    throw new StorageException("the connection is gone", true, null);
                })
                .build();

        assertThat(bus.ask(new Owner("a-1")).toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void build_secondHandlerOrMissingOne_refusedNamingTheType() {
        QueryBus.Builder builder = QueryBus.builder()
                .require(AccountQuery.class)
                .handler(Owner.class, (query, context) -> Result.success("Ada"));

        assertThatThrownBy(() -> builder.handler(Owner.class, (query, context) -> Result.success("Bob")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Owner.class.getName());
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Balance.class.getName());
    }

    @Test
    void middleware_several_firstAddedIsOutermost() {
        List<String> calls = new ArrayList<>();
        QueryBus bus = QueryBus.builder()
                .middleware((type, next) -> (request, context) -> {
                    calls.add("first");
                    return next.handle(request, context);
                })
                .middleware((type, next) -> (request, context) -> {
                    calls.add("second");
                    return next.handle(request, context);
                })
                .handler(Owner.class, (query, context) -> Result.success("Ada"))
                .build();

        bus.ask(new Owner("a-1")).orElseThrow();

        assertThat(calls).containsExactly("first", "second");
    }

    @Test
    void askAsync_executorTakesItOrNot_answerOrUnavailable() throws Exception {
        QueryBus bus = QueryBus.builder()
                .handler(Owner.class, (query, context) -> Result.success("Ada"))
                .build();
        List<Runnable> tasks = new ArrayList<>();

        CompletableFuture<Result<String>> taken = bus.askAsync(new Owner("a-1"), RequestContext.none(), tasks::add);
        CompletableFuture<Result<String>> rejected = bus.askAsync(new Owner("a-1"), RequestContext.none(), task -> {
            throw new RejectedExecutionException("full");
        });

        assertThat(taken).isNotDone();
        tasks.forEach(Runnable::run);
        assertThat(taken.get()).isEqualTo(Result.success("Ada"));
        assertThat(rejected.get().toError())
                .hasValueSatisfying(error -> assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
}
