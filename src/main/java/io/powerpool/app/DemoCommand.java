package io.powerpool.app;

import io.powerpool.config.ConfigException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code demo} command: a coin server, the pool, two miners and the monitor in one process.
 *
 * <p>Keeps away from logging until it has set its level.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Shows a whole pool at work, with nothing installed and no network: a practice chain with"
          + " real rules, the pool, two CPU miners that connect to it, and the monitor page.",
      "Runs until Ctrl-C unless told otherwise and leaves nothing behind."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the blocks asked for were accepted by the chain",
      "1:the demo could not start",
      "2:the command line is wrong",
      "3:the time was over before the blocks were accepted",
      "130:stopped by Ctrl-C"
    })
final class DemoCommand implements Callable<Integer> {

  private static final int TIME_OVER = 3;
  private static final int INTERRUPTED = 130;
  private static final int STRATUM_PORT = 3333;
  private static final int MONITOR_PORT = 3855;
  private static final int PORTS_TRIED = 20;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final Duration FOR_EVER = Duration.ofDays(365);

  @Option(
      names = "--blocks",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after N blocks that the chain has accepted; 0 for never.")
  private int blocksWanted;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "0",
      description = "Stop after S seconds; 0 for never.")
  private long seconds;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "The port for miners. Default, also for 0: " + STRATUM_PORT + " or the next free one.")
  private int port;

  @Option(
      names = "--monitor-port",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "The port of the monitor page. Default: " + MONITOR_PORT + " or the next free one.")
  private int monitorPort;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Where to listen; 0.0.0.0 lets other machines mine here. Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(names = "--verbose", description = "Show the pool's log as well.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  private Vertx vertx;
  private Demo demo;

  @Override
  public Integer call() throws Exception {
    check(blocksWanted >= 0 && blocksWanted <= 1_000_000, "--blocks is 0 to 1000000");
    check(seconds >= 0 && seconds <= FOR_EVER.toSeconds(), "--timeout is 0 to a year of seconds");
    if (!verbose && System.getProperty("log.level") == null) {
      System.setProperty("log.level", "WARN");
    }
    DemoOptions options;
    try {
      options =
          new DemoOptions(
              address, free(port, STRATUM_PORT), free(monitorPort, MONITOR_PORT), blocksWanted);
    } catch (IOException e) {
      spec.commandLine().getErr().println("demo: " + e.getMessage());
      return ExitCode.FAILURE;
    }
    return run(options);
  }

  private int run(DemoOptions options) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long deadline =
        System.nanoTime() + (seconds == 0 ? FOR_EVER : Duration.ofSeconds(seconds)).toNanos();
    Path folder = Files.createTempDirectory("powerpool-demo");
    // Ends the demo on Ctrl-C too, so there is one way to clean up, from the first file on.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(folder), "demo-clean-up"));
    Future<Void> starting;
    synchronized (this) {
      try {
        vertx = Vertx.vertx(vertxOptions(folder));
      } catch (IllegalStateException e) {
        // Ctrl-C was faster: nothing can be set up while the process is ending.
        return INTERRUPTED;
      }
      demo = new Demo(vertx, options, folder, line -> say(out, line));
      starting = demo.start();
    }
    boolean done;
    try {
      starting
          .toCompletionStage()
          .toCompletableFuture()
          .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      done = demo.await(deadline - System.nanoTime());
    } catch (TimeoutException e) {
      done = false;
    } catch (ExecutionException e) {
      if (!demo.isStopping()) {
        spec.commandLine().getErr().println("demo: could not start: " + reason(e.getCause()));
      }
      return ExitCode.FAILURE;
    }
    if (done) {
      say(out, "Done: blocks accepted by the chain: " + blocksWanted);
      return ExitCode.OK;
    }
    if (blocksWanted == 0) {
      return ExitCode.OK;
    }
    say(out, "Time is over: " + demo.accepted() + " of " + blocksWanted + " blocks accepted.");
    return TIME_OVER;
  }

  private static VertxOptions vertxOptions(Path folder) {
    String cache = folder.resolve("vertx").toString();
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setFileSystemOptions(new FileSystemOptions().setFileCacheDir(cache));
  }

  private void check(boolean valid, String expectation) {
    if (!valid) {
      throw new ParameterException(spec.commandLine(), expectation);
    }
  }

  /** The port asked for, or the usual one or a neighbour of it, or any. */
  private int free(int wanted, int usual) throws IOException {
    if (wanted != 0) {
      if (wanted < 0 || wanted > 65_535) {
        throw new ParameterException(spec.commandLine(), "a port is 1 to 65535, was " + wanted);
      }
      if (!isFree(wanted)) {
        throw new IOException("port " + wanted + " is in use");
      }
      return wanted;
    }
    for (int candidate = usual; candidate < usual + PORTS_TRIED; candidate++) {
      if (isFree(candidate)) {
        return candidate;
      }
    }
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean isFree(int candidate) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), candidate));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until there is something that can be stopped, or until it is sure that there is not. */
  private synchronized void cleanUp(Path folder) {
    if (demo != null) {
      end(demo.stop());
      end(vertx.close());
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("demo: " + folder + " could not be removed: " + e.getMessage());
    }
  }

  /** Waits for the end of a part of the demo, but not for ever: somebody waits for the prompt. */
  private static void end(Future<Void> stopped) {
    try {
      stopped
          .toCompletionStage()
          .toCompletableFuture()
          .get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      System.err.println("demo: did not stop cleanly: " + e.getCause());
    } catch (TimeoutException e) {
      System.err.println(
          "demo: did not stop within " + STOP_PATIENCE.toSeconds() + " seconds and is ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reason(Throwable cause) {
    return cause instanceof ConfigException || cause.getMessage() != null
        ? cause.getMessage()
        : cause.toString();
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
