package io.powerpool.miner.bench;

import io.powerpool.miner.StratumAddress;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code bench} command: loads a running pool and measures it from outside. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loads a running pool with made-up shares and measures it from outside.",
      "",
      "The pool must hand out a fixed difficulty so small that every hash is a share, work on a"
          + " chain hard enough that next to none of them solves a block, and allow the number of"
          + " connections: conf/bench.yaml is such a pool.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured",
      "1:measured, but connections failed, shares stayed unanswered, or one in a hundred was refused though not late",
      "2:not measured: the command line is wrong, or the machine's limits are too low",
      "3:not measured: the pool, its process or its chain could not be reached"
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int FAULTY = 1;
  private static final int NOT_MEASURED = 3;

  /** Descriptors that a JVM needs for itself. */
  private static final int OTHER_FILES = 150;

  /** Connections from one address to one port: the kernel has about 28,000 ports for them. */
  private static final int CONNECTIONS_PER_SOURCE = 10_000;

  private static final int MAX_SOURCES = 254;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      defaultValue = "stratum+tcp://127.0.0.1:3333",
      description = "The pool: stratum+tcp://HOST:PORT. Default: ${DEFAULT-VALUE}")
  private String url;

  @Option(
      names = {"-n", "--connections"},
      defaultValue = "200",
      description = "How many. Default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "Shares per second over all connections, on a fixed schedule: a late answer delays no"
              + " other share and counts in full.")
  private double rate;

  @Option(
      names = "--saturate",
      description = "Instead: keep --window shares unanswered on each connection, always.")
  private boolean saturate;

  @Option(
      names = {"-w", "--window"},
      defaultValue = "32",
      description = "The most unanswered shares per connection. Default: ${DEFAULT-VALUE}")
  private int window;

  @Option(
      names = "--think",
      defaultValue = "0",
      description = "With --saturate: milliseconds from an answer to the next share.")
  private long thinkMillis;

  @Option(
      names = {"-d", "--duration"},
      defaultValue = "20",
      description = "Seconds to measure. Default: ${DEFAULT-VALUE}")
  private double durationSeconds;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      description = "Seconds of load before that. Default: ${DEFAULT-VALUE}")
  private double warmUpSeconds;

  @Option(
      names = "--warm-pool",
      defaultValue = "0",
      description =
          "Seconds of load by a few connections before the pool's memory is read for the first"
              + " time, so that a connection is not charged with compiled code.")
  private double warmPoolSeconds;

  @Option(
      names = "--settle",
      defaultValue = "2",
      description = "Seconds of silence after connecting. Default: ${DEFAULT-VALUE}")
  private double settleSeconds;

  @Option(
      names = "--ramp",
      defaultValue = "2000",
      description = "Connections per second. Default: ${DEFAULT-VALUE}")
  private double ramp;

  @Option(
      names = "--sources",
      defaultValue = "-1",
      description =
          "For a pool on this machine: come from so many addresses 127.0.0.1, 127.0.0.2, …"
              + " Default: one for every 10000 connections.")
  private int sources;

  @Option(
      names = {"-t", "--threads"},
      defaultValue = "1",
      description = "Event loops. Default: ${DEFAULT-VALUE}")
  private int threads;

  @Option(
      names = {"-u", "--user"},
      defaultValue = "bench",
      description = "Whom to credit. Default: ${DEFAULT-VALUE}")
  private String user;

  @Option(
      names = "--workers",
      description = "Give each connection a worker of its own: USER.0, USER.1, …")
  private boolean workers;

  @Option(
      names = {"-p", "--password"},
      defaultValue = "x",
      description = "Pools read arguments there, as -d 1e-10. Default: ${DEFAULT-VALUE}")
  private String password;

  @Option(
      names = "--pid",
      description = "The pool's process on this machine: its CPU and memory are reported.")
  private Long pid;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description =
          "The pool's coin server, http://USER:PASSWORD@HOST:PORT/. It is watched by a long poll,"
              + " to know when each new block was announced.")
  private String rpc;

  @Option(
      names = "--block-every",
      defaultValue = "0",
      description = "With --rpc: have the coin server make a block every so many seconds.")
  private double blockSeconds;

  @Option(
      names = "--block-method",
      defaultValue = "devchain_generate",
      description = "How it is told to. Default: ${DEFAULT-VALUE}")
  private String blockMethod;

  @Option(
      names = "--block-params",
      defaultValue = "[1]",
      description = "With which parameters. Default: ${DEFAULT-VALUE}")
  private String blockParams;

  @Option(names = "--json", description = "Print one line of JSON after the table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    LoadOptions options = options();
    checkOpenFiles(options);
    OptionalLong process = pid == null ? OptionalLong.empty() : OptionalLong.of(pid);
    try (LoadGenerator generator = new LoadGenerator(options, process, line -> say(out, line));
        Chain chain = chain()) {
      if (warmPoolSeconds > 0) {
        generator.warmPool(seconds(warmPoolSeconds));
      }
      chain.start();
      LoadReport report = generator.run(chain.node());
      report.lines().forEach(out::println);
      chain.fault().ifPresent(fault -> out.println("fault        " + fault));
      if (json) {
        out.println(report.toJson().encode());
      }
      out.flush();
      return report.clean() && chain.fault().isEmpty() ? 0 : FAULTY;
    } catch (IOException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return NOT_MEASURED;
    }
  }

  private LoadOptions options() {
    try {
      StratumAddress pool = StratumAddress.parse(url);
      return new LoadOptions(
          pool.host(),
          pool.port(),
          user,
          workers,
          password,
          connections,
          sources(pool.host()),
          ramp,
          rate,
          saturate,
          window,
          Duration.ofMillis(thinkMillis),
          seconds(warmUpSeconds),
          seconds(durationSeconds),
          seconds(settleSeconds),
          threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Only the loopback network has addresses to choose from. */
  private int sources(String host) {
    try {
      if (!InetAddress.getByName(host).isLoopbackAddress() || host.contains(":")) {
        return 0;
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("there is no host '" + host + "'", e);
    }
    return sources >= 0
        ? sources
        : Math.min(MAX_SOURCES, 1 + (connections - 1) / CONNECTIONS_PER_SOURCE);
  }

  private void checkOpenFiles(LoadOptions options) throws IOException {
    checkOpenFiles("this process", ProcessHandle.current().pid(), options);
    if (pid != null) {
      checkOpenFiles("the pool", pid, options);
    }
  }

  private void checkOpenFiles(String whose, long process, LoadOptions options) throws IOException {
    OptionalLong limit;
    try {
      limit = ProcessUsage.maxOpenFiles(process);
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    int needed = options.connections() + OTHER_FILES;
    if (limit.isPresent() && limit.getAsLong() < needed) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              "%d connections need %d open files, %s may have %d: raise 'ulimit -n' or ask for"
                  + " fewer",
              options.connections(), needed, whose, limit.getAsLong()));
    }
  }

  private Chain chain() {
    if (rpc == null) {
      if (blockSeconds > 0) {
        throw new ParameterException(spec.commandLine(), "--block-every needs --rpc");
      }
      return new Chain(Optional.empty(), new JsonArray());
    }
    try {
      return new Chain(Optional.of(new ChainNode(rpc)), new JsonArray(blockParams));
    } catch (IllegalArgumentException | DecodeException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static Duration seconds(double value) {
    return Duration.ofNanos((long) (value * TimeUnit.SECONDS.toNanos(1)));
  }

  private static void say(PrintWriter out, String line) {
    out.println("... " + line);
    out.flush();
  }

  /** Makes blocks in time with the measurement, if it is wanted. */
  private final class Chain implements AutoCloseable {

    private final Optional<ChainNode> node;
    private final JsonArray params;
    private final Thread thread = new Thread(this::makeBlocks, "block-maker");
    private volatile String fault;

    Chain(Optional<ChainNode> node, JsonArray params) {
      this.node = node;
      this.params = params;
      thread.setDaemon(true);
    }

    Optional<ChainNode> node() {
      return node;
    }

    Optional<String> fault() {
      return Optional.ofNullable(fault);
    }

    void start() throws IOException, InterruptedException {
      if (node.isPresent()) {
        node.get().call("getblockcount", new JsonArray());
        node.get().startWatching();
        if (blockSeconds > 0) {
          thread.start();
        }
      }
    }

    private void makeBlocks() {
      try {
        while (fault == null) {
          TimeUnit.NANOSECONDS.sleep(seconds(blockSeconds).toNanos());
          node.orElseThrow().call(blockMethod, params);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        fault = e.getMessage();
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      node.ifPresent(ChainNode::close);
    }
  }
}
