package io.powerpool.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The runnable jar, or one of its scripts, as a process of its own, and what it has written. */
public final class PoolProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target/powerpool.jar").toAbsolutePath();
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration END_LIMIT = Duration.ofMinutes(1);

  private final Process process;
  private final Path output;

  private PoolProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts {@code run VERTICLE -cluster} with a configuration. */
  public static PoolProcess clustered(Path folder, String verticle, String config) {
    try {
      Path file = Files.createTempFile(folder, "pool", ".yaml");
      Files.writeString(file, config);
      return start(
          folder,
          Map.of(),
          List.of(java(), "-Xmx200m", "-jar", JAR.toString()),
          List.of("run", verticle, "-cluster", "-conf", file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the jar without any options for java. */
  public static PoolProcess jar(Path folder, String... arguments) {
    return start(folder, Map.of(), List.of(java(), "-jar", JAR.toString()), List.of(arguments));
  }

  /** Starts the jar with a heap of so many megabytes at most. */
  public static PoolProcess jar(Path folder, int heap, String... arguments) {
    return start(
        folder,
        Map.of(),
        List.of(java(), "-Xmx" + heap + "m", "-jar", JAR.toString()),
        List.of(arguments));
  }

  /** Starts the jar with these options for java, and the classes of the tests beside it. */
  public static PoolProcess withTestClasses(
      Path folder, List<String> options, String... arguments) {
    List<String> program = new ArrayList<>(List.of(java()));
    program.addAll(options);
    program.addAll(
        List.of(
            "-cp",
            JAR + File.pathSeparator + Path.of("target/test-classes").toAbsolutePath(),
            "io.powerpool.app.Main"));
    return start(folder, Map.of(), program, List.of(arguments));
  }

  /** Starts {@code deploy/bin/vertx} as a node of this name. */
  public static PoolProcess script(Path folder, String node, String... arguments) {
    return start(
        folder,
        Map.of("POWERPOOL__NODE", node, "JAVA_HOME", System.getProperty("java.home")),
        List.of(Path.of("deploy/bin/vertx").toAbsolutePath().toString()),
        List.of(arguments));
  }

  private static PoolProcess start(
      Path folder, Map<String, String> environment, List<String> program, List<String> arguments) {
    try {
      Path output = Files.createTempFile(folder, "output", ".txt");
      List<String> command = new ArrayList<>(program);
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return new PoolProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A port that nobody listens on at this moment. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that it has written so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public PoolProcess awaitOutput(String text) {
    await()
        .atMost(START_LIMIT)
        .untilAsserted(
            () -> {
              assertThat(output()).contains(text);
            });
    return this;
  }

  public long pid() {
    return process.pid();
  }

  /** Asks it to end, by SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** As {@code kill -9} does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Waits for its end. */
  public int exitCode() throws InterruptedException {
    return exitCode(END_LIMIT);
  }

  /** Waits for its end, which may take so long. */
  public int exitCode(Duration limit) throws InterruptedException {
    assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  /** Ends it at once. */
  @Override
  public void close() {
    Ending.kill(process.toHandle());
  }
}
