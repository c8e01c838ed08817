package sh.flext.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sh.flext.core.planted.back.Back;
import sh.flext.core.planted.there.There;

/** That the rules of {@link ArchitectureTest} refuse what they are there to refuse. */
class ArchitectureRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(sh.flext.core.domain.planted.Planted.UsesPorts.class, domain()),
                arguments(sh.flext.core.domain.planted.Planted.UsesApplication.class, domain()),
                arguments(sh.flext.core.domain.planted.Planted.UsesInMemory.class, domain()),
                arguments(sh.flext.core.domain.planted.Planted.UsesJdbc.class, domain()),
                arguments(sh.flext.core.domain.planted.Planted.UsesVavr.class, domain()),
                arguments(
                        sh.flext.core.domain.planted.Planted.UsesSql.class,
                        ArchitectureTest.domain_code_doesNoInputOrOutput),
                arguments(
                        sh.flext.core.domain.planted.Planted.UsesFiles.class,
                        ArchitectureTest.domain_code_doesNoInputOrOutput),
                arguments(
                        sh.flext.core.domain.planted.Planted.UsesStreams.class,
                        ArchitectureTest.domain_code_doesNoInputOrOutput),
                arguments(
                        sh.flext.core.domain.planted.Planted.Prints.class,
                        ArchitectureTest.domain_code_doesNoInputOrOutput),
                arguments(sh.flext.core.domain.planted.Planted.Logs.class, ArchitectureTest.domain_code_doesNotLog),
                arguments(
                        sh.flext.core.domain.planted.Planted.AsksTheClock.class,
                        ArchitectureTest.domain_code_asksNoClock),
                arguments(
                        sh.flext.core.domain.planted.Planted.AsksTheMachine.class,
                        ArchitectureTest.domain_code_asksNoClock),
                arguments(
                        sh.flext.core.domain.planted.Planted.DrawsIds.class,
                        ArchitectureTest.domain_code_drawsNoRandomNumbers),
                arguments(
                        sh.flext.core.domain.planted.Planted.DrawsNumbers.class,
                        ArchitectureTest.domain_code_drawsNoRandomNumbers),
                arguments(
                        sh.flext.core.domain.planted.Planted.MakesAClock.class,
                        ArchitectureTest.domain_code_asksNoClock),
                arguments(
                        sh.flext.core.domain.planted.Planted.UsesDates.class, ArchitectureTest.domain_code_asksNoClock),
                arguments(
                        sh.flext.core.domain.planted.Planted.DrawsByMath.class,
                        ArchitectureTest.domain_code_drawsNoRandomNumbers),
                arguments(
                        sh.flext.core.domain.planted.Planted.Shuffles.class,
                        ArchitectureTest.domain_code_drawsNoRandomNumbers),
                arguments(
                        sh.flext.core.domain.planted.Planted.LogsByTheSystem.class,
                        ArchitectureTest.domain_code_doesNotLog),
                arguments(
                        sh.flext.core.domain.planted.Planted.AsksTheRuntime.class,
                        ArchitectureTest.domain_code_doesNoInputOrOutput),
                arguments(
                        sh.flext.core.domain.result.vavr.Planted.class,
                        ArchitectureTest.vavrBridge_dependencies_areResultAndVavr),
                arguments(sh.flext.core.ports.planted.Planted.UsesApplication.class, ports()),
                arguments(sh.flext.core.ports.planted.Planted.UsesInMemory.class, ports()),
                arguments(sh.flext.core.ports.planted.Planted.UsesJdbc.class, ports()),
                arguments(sh.flext.core.ports.planted.Planted.Logs.class, ports()),
                arguments(sh.flext.core.application.planted.Planted.UsesInMemory.class, application()),
                arguments(sh.flext.core.application.planted.Planted.UsesJdbc.class, application()),
                arguments(sh.flext.core.application.planted.Planted.UsesJackson.class, application()),
                arguments(
                        sh.flext.core.inmemory.planted.Planted.UsesApplication.class,
                        ArchitectureTest.inMemory_dependencies_arePortsDomainAndVavr),
                arguments(
                        sh.flext.core.inmemory.planted.Planted.UsesJdbc.class,
                        ArchitectureTest.inMemory_dependencies_arePortsDomainAndVavr),
                arguments(
                        sh.flext.core.jdbc.planted.Planted.UsesApplication.class,
                        ArchitectureTest.jdbc_dependencies_arePortsDomainJacksonAndSlf4j),
                arguments(
                        sh.flext.core.jdbc.planted.Planted.UsesInMemory.class,
                        ArchitectureTest.jdbc_dependencies_arePortsDomainJacksonAndSlf4j),
                arguments(
                        sh.flext.core.jdbc.planted.Planted.UsesWhatIsNotExported.class,
                        ArchitectureTest.modules_dependencies_areOnExportedPackages));
    }

    private static ArchRule domain() {
        return ArchitectureTest.domain_dependencies_areTheJdkAlone;
    }

    private static ArchRule ports() {
        return ArchitectureTest.ports_dependencies_areTheDomain;
    }

    private static ArchRule application() {
        return ArchitectureTest.application_dependencies_arePortsDomainAndSlf4j;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void evaluate_plantedDependency_isRefused(Class<?> planted, ArchRule rule) {
        assertThat(rule.evaluate(new ClassFileImporter().importClasses(planted)).hasViolation())
                .as("%s refuses %s", rule.getDescription(), planted.getName())
                .isTrue();
    }

    @Test
    void evaluate_packagesThatDependOnEachOther_areRefused() {
        ArchRule rule = ArchitectureTest.packages_dependencies_haveNoCycles;

        assertThat(rule.evaluate(new ClassFileImporter().importClasses(There.class, Back.class))
                        .hasViolation())
                .isTrue();
        assertThat(rule.evaluate(new ClassFileImporter().importClasses(There.class))
                        .hasViolation())
                .isFalse();
    }

    @Test
    void rules_each_haveRefusedSomething() throws IllegalAccessException {
        Set<Object> proven = refused().map(one -> one.get()[1]).collect(Collectors.toSet());
        proven.add(ArchitectureTest.packages_dependencies_haveNoCycles);
        for (Field field : ArchitectureTest.class.getDeclaredFields()) {
            if (field.getType() == ArchRule.class) {
                field.setAccessible(true);
                assertThat(proven).as(field.getName()).contains(field.get(null));
            }
        }
    }
}
