package sh.flext.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Serial;
import java.io.Serializable;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Date;
import java.util.Set;
import java.util.UUID;

/** What depends on what, and what the domain must not touch. */
@AnalyzeClasses(
        packages = "sh.flext",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutGeneratedBenchmarks.class})
class ArchitectureTest {

    private static final Modules MODULES = Modules.onClassPath();

    private static final String DOMAIN = "sh.flext.core.domain..";
    private static final String PORTS = "sh.flext.core.ports..";
    private static final String APPLICATION = "sh.flext.core.application..";

    /** The one class that uses cron-utils, which may be missing. */
    private static final String CRON_TEXT = "sh.flext.core.application.schedule.CronText";

    static final class WithoutGeneratedBenchmarks implements ImportOption {
        @Override
        public boolean includes(com.tngtech.archunit.core.importer.Location location) {
            return !location.contains("/jmh_generated/");
        }
    }

    @ArchTest
    static void modules_published_areAllLookedAt(JavaClasses classes) {
        assertThat(MODULES.byName().keySet())
                .containsExactlyInAnyOrder(
                        "sh.flext.core.domain",
                        "sh.flext.core.ports",
                        "sh.flext.core.application",
                        "sh.flext.core.inmemory",
                        "sh.flext.core.jdbc");
        assertThat(MODULES.byName().values())
                .filteredOn(module -> !module.exports().isEmpty())
                .allSatisfy(module -> assertThat(classes)
                        .anyMatch(
                                type -> MODULES.of(type).filter(module::equals).isPresent()));
    }

    @ArchTest
    static final ArchRule domain_dependencies_areTheJdkAlone = classes()
            .that(resideInAPackage(DOMAIN).and(not(resideInAPackage("sh.flext.core.domain.result.vavr"))))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations", DOMAIN))
            .andShould()
            .onlyDependOnClassesThat(not(resideInAPackage("sh.flext.core.domain.result.vavr")));

    @ArchTest
    static final ArchRule vavrBridge_dependencies_areResultAndVavr = classes()
            .that()
            .resideInAPackage("sh.flext.core.domain.result.vavr")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "io.vavr..",
                    "sh.flext.core.domain.result",
                    "sh.flext.core.domain.result.vavr"));

    @ArchTest
    static final ArchRule ports_dependencies_areTheDomain = classes()
            .that()
            .resideInAPackage(PORTS)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations", DOMAIN, PORTS));

    @ArchTest
    static final ArchRule application_dependencies_arePortsDomainAndSlf4j = classes()
            .that(resideInAPackage(APPLICATION).and(not(name(CRON_TEXT))))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..", "org.jspecify.annotations", "org.slf4j..", DOMAIN, PORTS, APPLICATION));

    @ArchTest
    static final ArchRule inMemory_dependencies_arePortsDomainAndVavr = classes()
            .that()
            .resideInAPackage("sh.flext.core.inmemory..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..", "org.jspecify.annotations", "io.vavr..", DOMAIN, PORTS, "sh.flext.core.inmemory.."));

    @ArchTest
    static final ArchRule jdbc_dependencies_arePortsDomainJacksonAndSlf4j = classes()
            .that()
            .resideInAPackage("sh.flext.core.jdbc..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..",
                    "javax.sql..",
                    "org.jspecify.annotations",
                    "org.slf4j..",
                    "tools.jackson..",
                    "com.fasterxml.jackson.annotation..",
                    DOMAIN,
                    PORTS,
                    "sh.flext.core.jdbc.."));

    @ArchTest
    static final ArchRule packages_dependencies_haveNoCycles =
            slices().matching("sh.flext.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule modules_dependencies_areOnExportedPackages = classes()
            .should(new ArchCondition<>("use of other modules only what they export") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> !MODULES.inSameModule(type, dependency.getTargetClass()))
                            .filter(dependency -> !MODULES.isExported(dependency.getTargetClass()))
                            .forEach(dependency ->
                                    events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule domain_code_doesNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .dependOnClassesThat(resideInAPackage("java.io..")
                    .and(not(describe(
                            "serialization",
                            type -> type.isEquivalentTo(Serial.class) || type.isEquivalentTo(Serializable.class)))))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.sql..",
                    "javax.sql..",
                    "javax.naming.."))
            .orShould()
            .accessTargetWhere(targetIn(Set.of("java.lang.System"), Set.of("in", "out", "err", "console")))
            .orShould()
            .accessTargetWhere(targetIn(Set.of("java.lang.Runtime", "java.lang.ProcessBuilder"), Set.of()));

    @ArchTest
    static final ArchRule domain_code_doesNotLog = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "org.slf4j..", "ch.qos.logback.."))
            .orShould()
            .dependOnClassesThat(
                    describe("are the system's loggers", type -> type.getName().startsWith("java.lang.System$Logger")));

    @ArchTest
    static final ArchRule domain_code_asksNoClock = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .accessTargetWhere(targetIn(Set.of("java.lang.System"), Set.of("currentTimeMillis", "nanoTime")))
            .orShould()
            .accessTargetWhere(describe(
                    "asks java.time for now",
                    access -> access.getTargetOwner().getPackageName().startsWith("java.time")
                            && access.getTarget().getName().equals("now")))
            .orShould()
            .accessTargetWhere(describe(
                    "makes a system clock",
                    access -> (access.getTargetOwner().isEquivalentTo(Clock.class)
                                    || access.getTargetOwner().isEquivalentTo(InstantSource.class))
                            && access.getTarget().getName().matches("system.*|tick.*")))
            .orShould()
            .dependOnClassesThat(describe(
                    "are dates of old",
                    type -> type.isEquivalentTo(Date.class) || type.isAssignableTo(Calendar.class)));

    @ArchTest
    static final ArchRule domain_code_drawsNoRandomNumbers = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .dependOnClassesThat(describe(
                    "are sources of random numbers",
                    type -> type.isAssignableTo(java.util.random.RandomGenerator.class)
                            || type.isAssignableTo(java.util.SplittableRandom.class)
                            || type.getPackageName().startsWith("java.util.random")))
            .orShould()
            .accessTargetWhere(targetIn(Set.of("java.lang.Math", "java.lang.StrictMath"), Set.of("random")))
            .orShould()
            .accessTargetWhere(targetIn(Set.of(UUID.class.getName()), Set.of("randomUUID")))
            .orShould()
            .accessTargetWhere(targetIn(Set.of("java.util.Collections"), Set.of("shuffle")));

    /** An access to one of these members of one of these classes; to any member if none is named. */
    private static DescribedPredicate<JavaAccess<?>> targetIn(Set<String> owners, Set<String> members) {
        return describe("uses " + members + " of " + owners, access -> {
            AccessTarget target = access.getTarget();
            return owners.contains(target.getOwner().getName())
                    && (members.isEmpty() || members.contains(target.getName()));
        });
    }
}
