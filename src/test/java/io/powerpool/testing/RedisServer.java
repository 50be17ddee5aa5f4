package io.powerpool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real redis-server on a port of its own; it keeps nothing on disk unless it is told to. */
public final class RedisServer implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final Path folder;
  private final String password;
  private final List<String> arguments;
  private final int port;
  private Process process;

  /**
   * Starts the server and waits until it answers.
   *
   * @param folder its own
   * @param password empty for none
   * @param arguments further ones, such as {@code --appendonly yes}
   */
  public RedisServer(Path folder, String password, String... arguments) {
    this.folder = folder;
    this.password = password;
    this.arguments = List.of(arguments);
    this.port = LitecoinNodes.freePorts(1).get(0);
    start();
  }

  /** Whether the server is installed here. */
  public static boolean installed() {
    return Files.isExecutable(PROGRAM);
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts it again, with what it has on disk. */
  public void start() {
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  PROGRAM.toString(),
                  "--bind",
                  "127.0.0.1",
                  "--port",
                  Integer.toString(port),
                  "--dir",
                  folder.toString(),
                  "--save",
                  "",
                  "--appendonly",
                  "no",
                  "--requirepass",
                  password));
      command.addAll(arguments);
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("redis.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await().atMost(START_TIMEOUT).until(this::answers);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.UTF_8));
      // It answers -LOADING for as long as it reads what it has on disk.
      return socket.getInputStream().read() == (password.isEmpty() ? '+' : '-');
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes it hang without closing a connection. */
  public void pause() {
    LitecoinNodes.signal(process, "STOP");
  }

  /** Ends a {@link #pause}. */
  public void resume() {
    LitecoinNodes.signal(process, "CONT");
  }

  /** Ends the process, as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** The server. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    kill();
  }
}
