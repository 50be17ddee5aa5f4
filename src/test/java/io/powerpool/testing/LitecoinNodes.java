package io.powerpool.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Real litecoind nodes on regtest, connected with each other, in a folder and on ports of their
 * own. Two are the least: a 0.21 node without a peer gives no template even there.
 */
public final class LitecoinNodes implements AutoCloseable {

  private static final Path LITECOIND = Path.of("/usr/bin/litecoind");
  private static final String USER = "pool";
  private static final String PASSWORD = "regtest";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** What one that has too many calls to do answers: asked again for up to ten seconds. */
  private static final String BUSY = "Work queue depth exceeded";

  private static final int MOST_BUSY = 100;
  private static final long BUSY_PAUSE_NANOS = 100_000_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Node> nodes = new ArrayList<>();

  private final List<String> arguments;

  private LitecoinNodes(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  /** Whether the daemon is installed here. */
  public static boolean installed() {
    return Files.isExecutable(LITECOIND);
  }

  /** Starts this many nodes, each connected with the next, and waits until they see each other. */
  public static LitecoinNodes start(Path folder, int count) {
    return start(folder, count, List.of());
  }

  /** As {@link #start(Path, int)}, with more arguments for each daemon. */
  public static LitecoinNodes start(Path folder, int count, List<String> arguments) {
    LitecoinNodes all = new LitecoinNodes(arguments);
    List<Integer> ports = freePorts(2 * count);
    for (int i = 0; i < count; i++) {
      int peer = ports.get(2 * ((i + 1) % count));
      all.nodes.add(
          all.new Node(folder.resolve("node" + i), ports.get(2 * i), ports.get(2 * i + 1), peer));
    }
    try {
      all.nodes.forEach(Node::launch);
      all.nodes.forEach(Node::awaitReady);
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
    return all;
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  @Override
  public void close() {
    nodes.forEach(Node::kill);
  }

  /** Ports that were free a moment ago, all different. */
  public static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a process of ours a signal: STOP and CONT make it hang and go on. */
  public static void signal(Process process, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** One node: a process of ours and what it can be asked. */
  public final class Node {

    private final Path folder;
    private final int port;
    private final int rpcPort;
    private final int peerPort;
    private Process process;

    private Node(Path folder, int port, int rpcPort, int peerPort) {
      this.folder = folder;
      this.port = port;
      this.rpcPort = rpcPort;
      this.peerPort = peerPort;
    }

    public String rpcUrl() {
      return "http://127.0.0.1:" + rpcPort;
    }

    public int rpcPort() {
      return rpcPort;
    }

    public String username() {
      return USER;
    }

    public String password() {
      return PASSWORD;
    }

    /** Starts the process on the node's old data and waits until it answers and has a peer. */
    public void startAgain() {
      launch();
      awaitReady();
    }

    public boolean isRunning() {
      return process != null && process.isAlive();
    }

    /** As {@code kill -9}: no warning, no clean end. */
    public void kill() {
      if (process != null) {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
      }
    }

    /** Stops the process in the middle of whatever it does: its sockets stay open and silent. */
    public void pause() {
      signal(process, "STOP");
    }

    /** Ends a {@link #pause}. */
    public void resume() {
      signal(process, "CONT");
    }

    /** Mines blocks with the node itself, outside of any pool. */
    public void generate(int blocks, String address) {
      for (int done = 0; done < blocks; done += 50) {
        call("generatetoaddress", Math.min(50, blocks - done), address);
      }
    }

    public int height() {
      return (Integer) call("getblockcount");
    }

    /** A call to the node itself. */
    public Object call(String method, Object... params) {
      return post("/", method, params);
    }

    /** A call that concerns one of the node's wallets. */
    public Object callWallet(String wallet, String method, Object... params) {
      return post("/wallet/" + wallet, method, params);
    }

    private void launch() {
      try {
        Files.createDirectories(folder);
        ProcessBuilder builder =
            new ProcessBuilder(
                    LITECOIND.toString(),
                    "-regtest",
                    "-server",
                    "-datadir=" + folder,
                    "-listen=1",
                    "-bind=127.0.0.1",
                    "-port=" + port,
                    "-connect=127.0.0.1:" + peerPort,
                    "-rpcport=" + rpcPort,
                    "-rpcbind=127.0.0.1",
                    "-rpcallowip=127.0.0.1",
                    "-rpcuser=" + USER,
                    "-rpcpassword=" + PASSWORD,
                    "-fallbackfee=0.0001",
                    "-acceptnonstdtxn=1",
                    "-txindex",
                    "-printtoconsole=0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        builder.command().addAll(arguments);
        // Debian's start script writes to the home folder, and two at once disturb each other.
        builder.environment().put("HOME", folder.toString());
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void awaitReady() {
      Awaitility.await("litecoind in " + folder)
          .atMost(START_TIMEOUT)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .until(() -> (Integer) call("getconnectioncount") > 0);
    }

    private Object post(String path, String method, Object... params) {
      JsonObject body =
          new JsonObject()
              .put("jsonrpc", "1.0")
              .put("id", 1)
              .put("method", method)
              .put("params", new JsonArray(List.of(params)));
      String credentials =
          Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(rpcUrl() + path))
              .timeout(Duration.ofSeconds(60))
              .header("Authorization", "Basic " + credentials)
              .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
              .build();
      try {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        for (int i = 0; i < MOST_BUSY && response.body().startsWith(BUSY); i++) {
          LockSupport.parkNanos(BUSY_PAUSE_NANOS);
          response = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        JsonObject reply = new JsonObject(response.body());
        if (reply.getValue("error") != null) {
          throw new IllegalStateException(method + ": " + reply.getValue("error"));
        }
        return reply.getValue("result");
      } catch (IOException e) {
        throw new UncheckedIOException(method, e);
      } catch (DecodeException e) {
        throw new UncheckedIOException(method, new IOException("no reply of a daemon", e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
