package io.powerpool.testing.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.powerpool.testing.LitecoinNodes;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One node of the pool: a process of the built jar, its folder, and what can be done to it. */
public final class PoolNode {

  private static final String VERTICLE = "io.powerpool.app.MainVerticle";
  private static final String UP = " is up, node ";
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build();
  private final String name;
  private final Path folder;
  private final ClusterNetwork network;
  private final int place;
  private final int monitorPort;
  private Duration clockOff = Duration.ZERO;
  private Process process;
  private long outputStart;

  PoolNode(String name, Path folder, ClusterNetwork network, int place, int monitorPort) {
    this.name = name;
    this.folder = folder;
    this.network = network;
    this.place = place;
    this.monitorPort = monitorPort;
  }

  /** As in the configuration, and in what nodes report. */
  public String name() {
    return name;
  }

  /** Which of the network's nodes it is, counted from 0. */
  public int place() {
    return place;
  }

  public String address() {
    return network.address(place);
  }

  /** The folder of its data. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Everything that it has written to its output, in all its lives. */
  public String output() {
    return read(0);
  }

  /** From its next start on its clock is ahead by so much, or behind. */
  public void setClock(Duration ahead) {
    clockOff = ahead;
  }

  /** Whether that is so. */
  public boolean hasOtherClock() {
    return !clockOff.isZero();
  }

  /**
   * Starts a jar with the configuration in the folder, on whatever data an earlier life has left.
   */
  public void start(Path jar) {
    // Without the vector module: to find out how fast it is takes each start many seconds of all
    // processors, which miners would feel.
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-jar",
            jar.toString(),
            "run",
            VERTICLE,
            "-cluster",
            "-conf",
            folder.resolve("pool.yaml").toString());
    Path output = folder.resolve("output.txt");
    try {
      outputStart = Files.exists(output) ? Files.size(output) : 0;
      ProcessBuilder builder =
          new ProcessBuilder(network.at(place, command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      if (!clockOff.isZero()) {
        FakeClock.apply(builder, clockOff);
      }
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void configure(JsonObject configuration) {
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("pool.yaml"),
          configuration.encodePrettily(),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this life's start has come to its end. */
  public boolean isUp() {
    return isRunning() && read(outputStart).contains(UP + name);
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** As {@code kill -9}. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  /** Stops the process in the middle of whatever it does: its sockets stay open and silent. */
  public void freeze() {
    LitecoinNodes.signal(process, "STOP");
  }

  /** Ends a {@link #freeze}. */
  public void thaw() {
    LitecoinNodes.signal(process, "CONT");
  }

  /** Asks it to end, as an operator's service manager does. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for the end that {@link #terminate} has begun. */
  public int exitCode(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " has not ended within " + limit + ":\n" + output());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    return process.exitValue();
  }

  /** What its monitor says there; empty if it says nothing in time, or that it does not know. */
  public Optional<JsonObject> ask(String path) {
    URI uri = URI.create("http://" + address() + ":" + monitorPort + path);
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(uri)
                  .timeout(ANSWER_LIMIT)
                  .header("Accept", "application/json")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? Optional.of(new JsonObject(response.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private String read(long from) {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve("output.txt"));
      return new String(bytes, (int) from, bytes.length - (int) from, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
