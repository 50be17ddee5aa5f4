package io.powerpool.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real RabbitMQ with a folder, ports and a port mapper (epmd) of its own. */
public final class RabbitBroker implements AutoCloseable {

  /** Not those on the path, which want to be root or the package's user. */
  private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");

  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration END_TIMEOUT = Duration.ofMinutes(1);

  private final Path folder;
  private final String configuration;
  private final int port;
  private final int distributionPort;
  private final int mapperPort;
  private Process mapper;
  private Process server;

  private RabbitBroker(Path folder, List<Integer> ports, String configuration) {
    this.folder = folder;
    this.configuration = configuration;
    this.port = ports.get(0);
    this.distributionPort = ports.get(1);
    this.mapperPort = ports.get(2);
  }

  /** Whether the programs are installed here. */
  public static boolean installed() {
    return Files.isExecutable(PROGRAMS.resolve("rabbitmq-server"));
  }

  /** Starts a broker on an empty folder and waits until it serves. */
  public static RabbitBroker start(Path folder) throws IOException {
    return start(new RabbitBroker(folder, LitecoinNodes.freePorts(3), ""));
  }

  /**
   * The same, which serves TLS besides, at a port of its own.
   *
   * @param certificate a PEM file, {@code key} another
   */
  public static RabbitBroker start(Path folder, int tlsPort, Path certificate, Path key)
      throws IOException {
    String configuration =
        """
        listeners.ssl.1 = 127.0.0.1:%d
        ssl_options.certfile = %s
        ssl_options.keyfile = %s
        ssl_options.verify = verify_none
        """
            .formatted(tlsPort, certificate, key);
    return start(new RabbitBroker(folder, LitecoinNodes.freePorts(3), configuration));
  }

  private static RabbitBroker start(RabbitBroker broker) throws IOException {
    Files.createDirectories(broker.folder);
    Files.writeString(broker.folder.resolve("rabbitmq.conf"), broker.configuration);
    try {
      broker.mapper =
          broker.process(
              List.of("epmd", "-port", "" + broker.mapperPort, "-address", "127.0.0.1"), "epmd");
      broker.start();
      return broker;
    } catch (IOException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** Starts it, on its old data if there is any, and waits until it serves. */
  public void start() throws IOException {
    server = process(List.of(PROGRAMS.resolve("rabbitmq-server").toString()), "server");
    Awaitility.await()
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> exitCode("await_startup", "--timeout", "30") == 0);
  }

  /** Ends it in good order. */
  public void stop() {
    beam().forEach(ProcessHandle::destroy);
    awaitEnd();
  }

  /** As {@code kill -9}. */
  public void kill() {
    beam().forEach(ProcessHandle::destroyForcibly);
    awaitEnd();
  }

  /** Runs {@code rabbitmqctl}, which must succeed. */
  public void control(String... arguments) {
    int code = exitCode(arguments);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + ": exit code " + code);
    }
  }

  /** What has started the server, whose descendants do the work. */
  public ProcessHandle process() {
    return server.toHandle();
  }

  @Override
  public void close() {
    if (server != null) {
      kill();
    }
    if (mapper != null) {
      Ending.kill(mapper.toHandle());
    }
  }

  /** The server is a shell script; this is what it runs. */
  private List<ProcessHandle> beam() {
    return server
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("beam.smp"))
        .toList();
  }

  private void awaitEnd() {
    try {
      if (!server.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        server.descendants().forEach(ProcessHandle::destroyForcibly);
        server.destroyForcibly();
        throw new IllegalStateException("the broker does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private int exitCode(String... arguments) {
    List<String> command = new ArrayList<>(List.of(PROGRAMS.resolve("rabbitmqctl").toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = process(command, "control");
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + " does not end");
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process process(List<String> command, String name) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    File output = folder.resolve(name + ".out").toFile();
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    Map<String, String> environment = builder.environment();
    // There the cookie is that lets the control program in.
    environment.put("HOME", folder.toString());
    environment.put("ERL_EPMD_PORT", "" + mapperPort);
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODENAME", "powerpool" + port + "@localhost");
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODE_PORT", "" + port);
    environment.put("RABBITMQ_DIST_PORT", "" + distributionPort);
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", folder.resolve("none").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString());
    return builder.start();
  }
}
