package sh.flext.core.domain.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sh.flext.core.domain.pipeline.StepName;
import sh.flext.core.domain.pipeline.Tag;
import sh.flext.core.domain.result.Validator.Checked;

class ValidatorTest {

    private static final String SECRET = "hunter2";

    /** A command as a user would write one, with inputs in inputs. */
    private record StepInput(
            @Nullable String name,
            List<String> dependsOn,
            @Nullable LoginInput login) {}

    private record LoginInput(
            @Nullable String user, @Nullable String token) {}

    private record Step(StepName name, List<StepName> dependsOn) {}

    @Test
    void result_ofAValidInput_isMadeOfTheCheckedValues() {
        Validator in = Validator.create();
        Checked<StepName> name = in.require("name", " load ", StepName::of);
        Checked<List<Tag>> tags = in.each("tags", List.of("a", "b"), Tag::of);
        Checked<Optional<Tag>> kind = in.optional("kind", "k", Tag::of);
        Checked<Optional<Tag>> none = in.optional("none", null, Tag::of);
        Checked<String> plain = in.require("plain", "text");

        Result<List<Object>> result =
                in.result(() -> List.of(name.get(), tags.get(), kind.get(), none.get(), plain.get()));

        assertThat(in.isValid()).isTrue();
        assertThat(result.orElseThrow())
                .containsExactly(
                        new StepName("load"),
                        List.of(new Tag("a"), new Tag("b")),
                        Optional.of(new Tag("k")),
                        Optional.empty(),
                        "text");
    }

    @Test
    void result_ofAnInvalidInput_hasAllViolationsAtOnceAndMakesNothing() {
        AtomicBoolean made = new AtomicBoolean();
        Validator in = Validator.create();
        in.require("name", "?", StepName::of);
        in.require("type", null, StepName::of);
        in.require("plain", null);
        in.optional("kind", "", Tag::of);
        in.each("tags", Arrays.asList("ok", "", null), Tag::of);
        in.that(false, "priority", 99, "must be at most 9");
        in.that(true, "priority", 1, "is fine");

        Result<Integer> result = in.result(() -> made.compareAndSet(false, true) ? 1 : 2);

        assertThat(made).isFalse();
        assertThat(violations(result))
                .extracting(Violation::path, Violation::code, Violation::rejected)
                .containsExactly(
                        tuple("name", "step.name.invalid", "?"),
                        tuple("type", "input.required", null),
                        tuple("plain", "input.required", null),
                        tuple("kind", "pipeline.tag.invalid", ""),
                        tuple("tags[1]", "pipeline.tag.invalid", ""),
                        tuple("tags[2]", "input.required", null),
                        tuple("priority", InvalidInput.CODE, "99"));
        assertThat(in.violations()).isEqualTo(violations(result)).isUnmodifiable();
        assertThat(in.isValid()).isFalse();
    }

    @Test
    void eachNested_withBadElements_namesTheWholePath() {
        Result<List<Step>> result = steps(List.of(
                new StepInput("a", List.of(), null),
                new StepInput("b", List.of("a"), null),
                new StepInput(null, List.of("?", "a", "!"), null)));

        assertThat(violations(result))
                .extracting(Violation::path)
                .containsExactly("steps[2].name", "steps[2].dependsOn[0]", "steps[2].dependsOn[2]");
    }

    @Test
    void eachNested_withGoodElements_answersWithThem() {
        assertThat(steps(List.of(new StepInput("a", List.of(), null), new StepInput("b", List.of("a"), null)))
                        .orElseThrow())
                .containsExactly(
                        new Step(new StepName("a"), List.of()),
                        new Step(new StepName("b"), List.of(new StepName("a"))));
    }

    @Test
    void eachNested_withAnAbsentElement_requiresIt() {
        Validator in = Validator.create();
        Checked<List<String>> all = in.eachNested("steps", Arrays.asList("x", null), (inner, raw) -> () -> raw);
        assertThat(in.violations()).extracting(Violation::path).containsExactly("steps[1]");
        assertThatThrownBy(all::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nested_withinNested_joinsThePaths() {
        Validator in = Validator.create();
        in.nested("a", "raw", (a, raw) -> {
            a.nested("b", raw, (b, inner) -> {
                b.reject("c", "code", "v", "is wrong");
                b.reject("", "code", null, "is wrong as a whole");
                return () -> inner;
            });
            return () -> raw;
        });
        in.nested("absent", null, (inner, raw) -> () -> "never");
        assertThat(in.violations()).extracting(Violation::path).containsExactly("a.b.c", "a.b", "absent");
    }

    @Test
    void nested_thatIsInvalid_hasNoValue() {
        Validator in = Validator.create();
        Checked<String> bad = in.nested("bad", "x", (inner, raw) -> {
            inner.reject("f", "code", raw, "is wrong");
            return () -> raw;
        });
        Checked<String> good = in.nested("good", "y", (inner, raw) -> () -> raw);
        assertThatThrownBy(bad::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("bad");
        assertThat(good.get()).isEqualTo("y");
    }

    @Test
    void secret_field_isMaskedAtAnyDepth() {
        Validator in = Validator.create().secret("token", "keys");
        in.require("token", SECRET, ValidatorTest::refuse);
        in.optional("token", SECRET, ValidatorTest::refuse);
        in.that(false, "token", SECRET, "is wrong");
        in.each("keys", List.of(SECRET, SECRET), ValidatorTest::refuse);
        in.nested("token", SECRET, (inner, raw) -> {
            inner.reject("part", "code", raw, "is wrong");
            inner.reject("", "code", raw, "is wrong");
            return () -> raw;
        });
        in.eachNested("logins", List.of(new LoginInput("u", SECRET)), ValidatorTest::login);

        assertThat(in.violations())
                .extracting(Violation::path)
                .containsExactly(
                        "token",
                        "token",
                        "token",
                        "keys[0]",
                        "keys[1]",
                        "token.part",
                        "token",
                        "logins[0].user",
                        "logins[0].token");
        assertThat(in.violations().toString()).doesNotContain(SECRET);
        assertThat(in.violations())
                .filteredOn(violation -> !violation.path().endsWith("user"))
                .allSatisfy(violation -> assertThat(violation.rejected()).isEqualTo(Violation.MASK));
        assertThat(in.violations())
                .filteredOn(violation -> violation.path().endsWith("user"))
                .singleElement()
                .satisfies(violation -> assertThat(violation.rejected()).isEqualTo("u"));
    }

    @Test
    void secret_declaredWithinNested_holdsThere() {
        Validator in = Validator.create();
        in.nested("login", SECRET, (inner, raw) -> {
            inner.secret("token").reject("token", "code", raw, "is wrong");
            return () -> raw;
        });
        assertThat(in.violations().get(0).rejected()).isEqualTo(Violation.MASK);
    }

    @Test
    void secret_namesAreWholeNames() {
        Validator in = Validator.create().secret("token");
        in.reject("tokens", "code", "shown", "is wrong");
        in.reject("my_token", "code", "shown", "is wrong");
        assertThat(in.violations()).extracting(Violation::rejected).containsOnly("shown");
    }

    @Test
    void require_withAParserOfSeveralViolations_keepsAllAtTheField() {
        Validator in = Validator.create();
        in.require(
                "range",
                "9-1",
                raw -> Result.failure(new InvalidInput(List.of(
                        new Violation("from", "a.code", "9", "too high"),
                        new Violation("to", "b.code", "1", "too low")))));
        assertThat(in.violations())
                .containsExactly(
                        new Violation("range", "a.code", "9-1", "too high"),
                        new Violation("range", "b.code", "9-1", "too low"));
    }

    @Test
    void require_withAParserOfAnotherKindOfError_keepsItsCodeAndMessage() {
        Validator in = Validator.create();
        in.require("name", "x", raw -> Result.failure(NotFound.of("name.unknown", "nobody is called so")));
        assertThat(in.violations()).containsExactly(new Violation("name", "name.unknown", "x", "nobody is called so"));
    }

    @Test
    void flatResult_mayBeRefusedByTheMakerToo() {
        Validator valid = Validator.create();
        RuleViolated rule = RuleViolated.of("rule", "not so");
        assertThat(valid.<Integer>flatResult(() -> Result.failure(rule))).isEqualTo(Result.failure(rule));
        assertThat(valid.<Integer>flatResult(() -> Result.success(1))).isEqualTo(Result.success(1));

        Validator invalid = Validator.create().reject("a", "code", null, "is wrong");
        assertThat(violations(invalid.<Integer>flatResult(() -> Result.success(1))))
                .hasSize(1);
    }

    @Property
    void validator_withAnyNumberOfFields_judgesEachOnItsOwn(@ForAll @Size(max = 40) List<Boolean> fields) {
        Validator in = Validator.create();
        List<Checked<Boolean>> checked = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            boolean good = fields.get(i);
            checked.add(in.require("f" + i, good, raw -> raw ? Result.success(raw) : refuse(raw)));
            if (!good) {
                wrong.add("f" + i);
            }
        }

        Result<Integer> result = in.result(
                () -> checked.stream().mapToInt(each -> each.get() ? 1 : 0).sum());

        if (wrong.isEmpty()) {
            assertThat(result).isEqualTo(Result.success(fields.size()));
        } else {
            assertThat(violations(result)).extracting(Violation::path).isEqualTo(wrong);
        }
    }

    private static Result<List<Step>> steps(List<StepInput> inputs) {
        Validator in = Validator.create();
        Checked<List<Step>> steps = in.eachNested("steps", inputs, ValidatorTest::step);
        return in.result(steps::get);
    }

    private static Supplier<Step> step(Validator in, StepInput input) {
        Checked<StepName> name = in.require("name", input.name(), StepName::of);
        Checked<List<StepName>> dependsOn = in.each("dependsOn", input.dependsOn(), StepName::of);
        return () -> new Step(name.get(), dependsOn.get());
    }

    private static Supplier<LoginInput> login(Validator in, LoginInput input) {
        in.require("user", input.user(), ValidatorTest::refuse);
        in.require("token", input.token(), ValidatorTest::refuse);
        return () -> input;
    }

    private static <T> Result<T> refuse(Object raw) {
        return Result.failure(InvalidInput.at("elsewhere", raw, "is wrong"));
    }

    private static List<Violation> violations(Result<?> result) {
        return ((InvalidInput) result.toError().orElseThrow()).violations();
    }

    private static org.assertj.core.groups.Tuple tuple(@Nullable Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
