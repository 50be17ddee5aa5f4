package io.powerpool.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real PostgreSQL server in a folder and on a port of its own. */
public final class PostgresServer implements AutoCloseable {

  public static final String USER = "pool";
  public static final String PASSWORD = "a 'secret";

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path programs;
  private final Path data;
  private final int port;
  private Process process;

  private PostgresServer(Path programs, Path data, int port) {
    this.programs = programs;
    this.data = data;
    this.port = port;
  }

  /** Whether the server is installed here. */
  public static boolean installed() {
    return programs().isPresent();
  }

  /** The newest version's programs. */
  private static Optional<Path> programs() {
    if (!Files.isDirectory(VERSIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .sorted()
          .reduce((first, second) -> second);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a database cluster in a folder and starts a server on it. */
  public static PostgresServer start(Path folder) {
    try {
      Path programs = programs().orElseThrow();
      int port;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = socket.getLocalPort();
      }
      // The server refuses to run as root, so the folder belongs to a user of its own there.
      Path own = Files.createDirectories(folder.resolve("postgres"));
      for (Path above = own; Files.isWritable(above); above = above.getParent()) {
        if (above.getParent() == null || above.equals(Path.of("/tmp"))) {
          break;
        }
        Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      Path password = Files.writeString(own.resolve("password"), PASSWORD + "\n");
      if (isRoot()) {
        run(List.of("chown", "-R", "postgres", own.toString()));
      }
      PostgresServer server = new PostgresServer(programs, own.resolve("data"), port);
      run(
          server.command(
              "initdb",
              "-D",
              server.data.toString(),
              "-U",
              USER,
              "--auth=scram-sha-256",
              "--pwfile=" + password,
              "--no-sync",
              "-E",
              "UTF8",
              "--locale=C"));
      server.launch();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it, after {@link #kill} again. */
  public void launch() throws IOException {
    process =
        new ProcessBuilder(
                command(
                    "postgres",
                    "-D",
                    data.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories="))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> execute("SELECT 1"));
  }

  /** As {@code kill -9} does, of the server and all it has started. */
  public void kill() {
    Ending.kill(process.toHandle());
  }

  /** The address of one of its databases. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Has something done that is no question, in the database {@code postgres}. */
  public boolean execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return true;
    }
  }

  /** The server, whose descendants do the work. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    kill();
  }

  private List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
