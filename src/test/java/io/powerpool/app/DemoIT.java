package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo of the runnable jar: what it tells, its exit codes, and that it leaves nothing behind.
 */
class DemoIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int INTERRUPTED = 128 + 2;

  /** What Vert.x tells of a machine that is slow, with the stack where a thread was. */
  private static final Pattern SLOWNESS =
      Pattern.compile(
          "[^\n]* WARN +BlockedThreadChecker [^\n]*\n"
              + "(io\\.vertx\\.core\\.VertxException: Thread blocked\n(\tat [^\n]*\n)*)?");

  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void endsAfterTheBlocksThatTheChainHasAccepted() throws Exception {
    Process demo = start("--blocks", "2", "--timeout", "110");

    assertThat(exitCode(demo)).as(output()).isZero();
    assertThat(output())
        .contains("stratum+tcp://127.0.0.1:", "Dashboard: http://127.0.0.1:")
        .containsPattern("Block 1 found by demo-[12]: accepted by the chain, reward 50")
        .containsPattern("Block 2 found by demo-[12]: accepted by the chain, reward 50")
        .satisfies(DemoIT::isQuiet);
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void endsWithAnotherCodeWhenTheTimeIsOver() throws Exception {
    Process demo = start("--blocks", "100000", "--timeout", "1");

    assertThat(exitCode(demo)).as(output()).isEqualTo(3);
    assertThat(output()).contains("Time is over:");
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void stopsCleanlyOnCtrlC() throws Exception {
    Process demo = start();
    await().atMost(LIMIT).until(() -> output().contains("is connected and mines"));

    new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();

    assertThat(exitCode(demo)).as(output()).isEqualTo(INTERRUPTED);
    assertThat(output()).satisfies(DemoIT::isQuiet);
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void stopsCleanlyOnCtrlCWhileItIsStarting() throws Exception {
    Process demo = start();
    await().atMost(LIMIT).until(() -> !leftBehind().isEmpty());

    new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();

    assertThat(exitCode(demo)).as(output()).isEqualTo(INTERRUPTED);
    assertThat(output()).satisfies(DemoIT::isQuiet).doesNotContain("demo:");
    assertThat(leftBehind()).isEmpty();
  }

  /** Nothing of the pool's log. */
  private static void isQuiet(String output) {
    assertThat(SLOWNESS.matcher(output).replaceAll(""))
        .doesNotContain("\tat ", "INFO", "WARN", "ERROR");
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // What is started from a shell's background ignores Ctrl-C, and so would a JVM.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-jar",
                Path.of("target/powerpool.jar").toAbsolutePath().toString(),
                "demo"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output.txt"));
  }

  private int exitCode(Process process) throws Exception {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  private List<Path> leftBehind() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("(powerpool-demo|vertx-).*"))
          .toList();
    }
  }
}
