package io.powerpool;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom; the README's table of packages says the same in words. */
class ArchitectureTest {

  private static final String BASE = "io.powerpool.";
  private static final Path SOURCES = Path.of("src/main/java/io/powerpool");

  private static final String[] FRAMEWORKS = {
    "io.vertx..",
    "io.netty..",
    "com.hazelcast..",
    "com.fasterxml..",
    "org.yaml..",
    "picocli..",
    "java.sql..",
    "java.net.http.."
  };

  private static JavaClasses project;

  @BeforeAll
  static void readClasses() {
    project =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.powerpool");
  }

  /** Package, and the packages of ours that it may know besides itself. */
  static Stream<Arguments> mayKnow() {
    List<String> domain =
        List.of(
            "bitcoin",
            "algorithm",
            "coin",
            "merged",
            "difficulty",
            "work",
            "share",
            "config",
            "statistics");
    return Stream.of(
        arguments("config", List.of()),
        arguments("bitcoin", List.of()),
        arguments("statistics", List.of()),
        arguments("process", List.of()),
        arguments("algorithm", List.of("bitcoin")),
        arguments("compute", List.of("algorithm")),
        arguments("difficulty", List.of("bitcoin", "algorithm", "config")),
        arguments("coin", List.of("bitcoin", "algorithm", "config")),
        arguments("merged", List.of("bitcoin")),
        arguments("work", List.of("bitcoin", "algorithm", "coin", "difficulty", "merged")),
        arguments(
            "share",
            List.of("bitcoin", "algorithm", "coin", "difficulty", "merged", "work", "config")),
        arguments("cluster", domain),
        arguments("coinrpc", List.of("bitcoin", "coin", "merged", "work", "config", "process")),
        arguments("jobmanager", with(domain, "cluster", "coinrpc", "process")),
        arguments("net", List.of("config")),
        arguments("stratum", with(domain, "cluster", "compute", "process", "net")),
        arguments("reporter", with(domain, "cluster", "process")),
        arguments("monitor", with(domain, "cluster")),
        arguments("signal", with(domain, "cluster")),
        arguments("agent", with(domain, "cluster", "net", "process")),
        arguments("devchain", List.of("bitcoin", "algorithm", "coin", "config")),
        arguments("miner", List.of("bitcoin", "algorithm", "difficulty", "statistics", "config")));
  }

  @ParameterizedTest
  @MethodSource("mayKnow")
  void knowsOnlyItsOwn(String owner, List<String> others) {
    List<String> allowed =
        new ArrayList<>(others.stream().map(other -> BASE + other + "..").toList());
    allowed.add(BASE + owner + "..");
    noClasses()
        .that()
        .resideInAPackage(BASE + owner + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.powerpool..")
                .and(not(resideInAnyPackage(allowed.toArray(String[]::new)))))
        .allowEmptyShould(true)
        .check(project);
  }

  @ParameterizedTest
  @MethodSource("domainPackages")
  void domainKnowsNoFrameworkAndDoesNoInput(String owner) {
    noClasses()
        .that()
        .resideInAPackage(BASE + owner + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(FRAMEWORKS))
        .allowEmptyShould(true)
        .check(project);
    noClasses()
        .that()
        .resideInAPackage(BASE + owner + "..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .allowEmptyShould(true)
        .check(project);
  }

  static Stream<String> domainPackages() {
    return Stream.of(
        "config",
        "bitcoin",
        "statistics",
        "algorithm",
        "difficulty",
        "coin",
        "merged",
        "work",
        "share");
  }

  @Test
  void everyPackageIsListedHere() throws IOException {
    List<String> listed = new ArrayList<>(mayKnow().map(row -> (String) row.get()[0]).toList());
    listed.add("app");
    try (Stream<Path> folders = Files.list(SOURCES)) {
      assertThat(folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()))
          .allSatisfy(name -> assertThat(listed).contains(name));
    }
  }

  @Test
  void everyPackageHasAPackageComment() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> folders =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              .toList();
      assertThat(folders)
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    }
  }

  @Test
  void topLevelClassesAreNotNamedAfterNothing() {
    classes()
        .that()
        .areTopLevelClasses()
        .should()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .check(project);
  }

  private static List<String> with(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }
}
