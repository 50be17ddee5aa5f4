package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Algorithms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void helpNamesEveryCommandAndTheExitCodes() {
    assertThat(run("--help")).hasValue(0);
    assertThat(text(out))
        .contains(
            "demo",
            "miner",
            "bench",
            "check",
            "config",
            "hash",
            "journal",
            "run",
            "start",
            "stop",
            "list",
            "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "miner",
        "bench",
        "check",
        "config",
        "hash",
        "chain",
        "journal inspect",
        "journal verify"
      })
  void eachCommandExplainsItselfAndItsExitCodes(String command) {
    assertThat(run((command + " --help").split(" "))).hasValue(0);
    assertThat(text(out)).contains("Usage: powerpool " + command).contains("Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dmo",
        "demo --blocks x",
        "demo --blocks -1",
        "demo --port 70000",
        "config",
        "run",
        "config a b",
        "hash --algorithm sha256d",
        "hash 00",
        "hash --algorithm sha256d 00",
        "hash --algorithm sha256d 0g",
        "hash --algorithm sha257 00"
      })
  void refusesAWrongCommandLine(String line) {
    assertThat(run(line.split(" "))).hasValue(2);
    assertThat(text(err)).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void tellsItsVersion() {
    assertThat(run("version")).hasValue(0);
    assertThat(text(out)).contains("PowerPool", "Vert.x 4.5", "Java");
  }

  @Test
  void printsTheEffectiveConfigurationAsYamlThatCanBeUsedAgain() throws IOException {
    assertThat(run("config", "conf/pool.yaml")).hasValue(0);
    String printed = text(out);
    assertThat(printed)
        .contains("password: '****'", "port: 3333", "job_lifetime: 10m")
        .doesNotContain("change-me", "&id", "*id");

    Path again = Files.writeString(folder.resolve("again.yaml"), printed);
    out.reset();
    assertThat(run("config", again.toString())).hasValue(0);
    assertThat(text(out)).isEqualTo(printed);
  }

  @Test
  void listsTheFaultsOfAWrongFile() throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.yaml"), "monitor: {port: -1}\nnmae: x\n");

    assertThat(run("config", "--check", file.toString())).hasValue(2);
    assertThat(text(err))
        .contains("monitor.port: is -1", "nmae: is not a known key")
        .doesNotContain("\tat ");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void tellsThatAFileCanBeUsed() {
    assertThat(run("config", "--check", "conf/pool.yaml")).as(text(err)).hasValue(0);
    assertThat(text(out)).contains("can be used");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThat(run("config", "absent.yaml")).hasValue(2);
    assertThat(text(err)).contains("absent.yaml: cannot be read (no such file)");
  }

  @Test
  void hashesABlockHeader() {
    String genesis =
        "01000000"
            + "00".repeat(32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
            + "29ab5f49ffff001d1dac2b7c";

    assertThat(run("hash", "--algorithm", "sha256d", genesis)).hasValue(0);
    assertThat(text(out).strip())
        .isEqualTo("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
  }

  @Test
  void listsTheAlgorithms() {
    assertThat(run("hash")).hasValue(0);
    assertThat(text(out).lines())
        .hasSameSizeAs(Algorithms.all())
        .anyMatch(line -> line.matches("scrypt +0000ffff0{56}"));
  }

  private OptionalInt run(String... arguments) {
    return Main.execute(arguments, print(out), print(err));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
